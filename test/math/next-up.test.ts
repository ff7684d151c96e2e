import { expect, it } from 'vitest'
import { nextUp } from '../../src/math/next-up.ts'
import fc from '../fast-check.ts'

it('nextUp leaves no double between', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      const up = nextUp(x)
      expect(up).toBeGreaterThan(x)
      const middle = x / 2 + up / 2
      expect(middle === x || middle === up || middle === 0).toBe(true)
    }),
  )
})

it.each([
  [1, 1 + Number.EPSILON],
  [-1, -1 + Number.EPSILON / 2],
  [0, Number.MIN_VALUE],
  [-0, Number.MIN_VALUE],
  [-Number.MIN_VALUE, -0],
  [Number.MAX_VALUE, Infinity],
  [-Infinity, -Number.MAX_VALUE],
  [Infinity, Infinity],
  [Number.NaN, Number.NaN],
])('nextUp(%d) = %d', (x, up) => expect(nextUp(x)).toBe(up))
