import { describe, expect, it } from 'vitest'
import { roundUpToFloat32 } from '../../src/math/round-up-float32.ts'
import fc from '../fast-check.ts'

describe('roundUpToFloat32', () => {
  it('keeps what float32 holds, and goes up from what it does not', () => {
    for (const x of [0, 1.5, -2, Infinity, -Infinity]) expect(roundUpToFloat32(x)).toBe(x)
    expect(roundUpToFloat32(1 + 2 ** -40)).toBe(1 + 2 ** -23)
    expect(roundUpToFloat32(-1 - 2 ** -40)).toBe(-1)
    expect(roundUpToFloat32(1e-60)).toBe(2 ** -149)
    expect(roundUpToFloat32(NaN)).toBeNaN()
  })

  it('parts float32 scores as the number itself does', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e30, max: 1e30 }),
        fc.integer({ min: -3, max: 3 }),
        (limit, steps) => {
          const score = Math.fround(limit * (1 + steps * 2 ** -23))
          expect(score >= roundUpToFloat32(limit)).toBe(score >= limit)
        },
      ),
    )
  })
})
