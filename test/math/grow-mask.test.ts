import { describe, expect, it } from 'vitest'
import { growMask } from '../../src/math/grow-mask.ts'
import fc from '../fast-check.ts'

describe('growMask', () => {
  it('equals a look at every neighbour', () => {
    const masks = fc
      .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          data: fc.array(fc.integer({ min: 0, max: 1 }), {
            minLength: width * height,
            maxLength: width * height,
          }),
        }),
      )
    fc.assert(
      fc.property(masks, fc.integer({ min: 0, max: 12 }), ({ width, height, data }, radius) => {
        const slow = data.map((_, i) => {
          const [x, y] = [i % width, Math.floor(i / width)]
          return Number(
            data.some((bit, j) => {
              const [dx, dy] = [Math.abs((j % width) - x), Math.abs(Math.floor(j / width) - y)]
              return bit === 1 && Math.max(dx, dy) <= radius
            }),
          )
        })
        expect([...growMask(data, width, height, radius)]).toEqual(slow)
      }),
    )
  })
})
