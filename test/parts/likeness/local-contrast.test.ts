import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../../src/errors.ts'
import { localContrast, side } from '../../../src/parts/likeness/local-contrast.ts'
import fc from '../../fast-check.ts'

/** Mean over 5 x 5 pixels; beyond the border the border's repeat. */
function boxMean(at: (x: number, y: number) => number, x: number, y: number): number {
  const inside = (i: number): number => Math.min(side - 1, Math.max(0, i))
  let sum = 0
  for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) sum += at(inside(x + dx), inside(y + dy))
  return sum / 25
}

describe('local contrast', () => {
  it('is the distance from the mean around a pixel in standard deviations, as its definition says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: side * side, maxLength: side * side }), (grey) => {
        const off = Float64Array.from(
          { length: side * side },
          (_, i) => grey[i]! - boxMean((x, y) => grey[y * side + x]!, i % side, Math.floor(i / side)),
        )
        const found = localContrast(grey)
        for (let i = 0; i < off.length; i++) {
          const variance = boxMean((x, y) => off[y * side + x]! ** 2, i % side, Math.floor(i / side))
          const contrast = (31 * off[i]!) / (Math.sqrt(variance) + 1)
          // A step, where float32 rounds otherwise.
          expect(Math.abs(found[i]! - Math.max(-127, Math.min(127, contrast)))).toBeLessThanOrEqual(0.51)
        }
      }),
      { numRuns: 5 },
    )
  })

  it('is none where nothing varies, and no other size is taken', () => {
    expect(localContrast(new Uint8Array(side * side).fill(255)).every((value) => value === 0)).toBe(true)
    expect(() => localContrast(new Uint8Array(side))).toThrow(ShapeError)
  })
})
