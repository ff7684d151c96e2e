import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import type { Mask, Size } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'
import { findPerlinMask } from '../../src/synthesis/perlin-mask.ts'
import { checkSynthesisOptions, paperSynthesis } from '../../src/synthesis/synthesis-options.ts'
import fc from '../fast-check.ts'

const whole = ({ width, height }: Size): Mask => ({
  width,
  height,
  data: new Uint8Array(width * height).fill(1),
})
const share = ({ data }: Mask): number => data.reduce((sum, inside) => sum + inside, 0) / data.length

function drawShares(count: number, options: Partial<typeof paperSynthesis>): number[] {
  const allowed = whole({ width: 64, height: 64 })
  return Array.from({ length: count }, (_, seed) =>
    share(findPerlinMask(allowed, { ...paperSynthesis, ...options }, createRandom(seed))!),
  )
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b) / numbers.length

describe('findPerlinMask', () => {
  it('gives a binary mask inside what is allowed, never empty', () => {
    const side = fc.integer({ min: 1, max: 33 })
    fc.assert(
      fc.property(side, side, fc.nat(), fc.double({ min: 0, max: 1 }), (width, height, seed, density) => {
        const random = createRandom(seed)
        const data = Uint8Array.from({ length: width * height }, () => (random.uniform() < density ? 1 : 0))
        const options = { ...paperSynthesis, attempts: 10 }
        const mask = findPerlinMask({ width, height, data }, options, createRandom(seed, 'mask'))
        if (mask === undefined) return
        expect([mask.width, mask.height]).toEqual([width, height])
        expect(mask.data.includes(1)).toBe(true)
        expect(mask.data.every((inside, i) => inside === 0 || (inside === 1 && data[i] === 1))).toBe(true)
      }),
    )
  })

  it('finds even a single allowed pixel nearly always', () => {
    const allowed = { width: 64, height: 64, data: new Uint8Array(64 * 64) }
    allowed.data[64 * 20 + 37] = 1
    const found = Array.from({ length: 40 }, (_, seed) =>
      findPerlinMask(allowed, paperSynthesis, createRandom(seed)),
    ).filter((mask) => mask !== undefined)
    expect(found.length).toBeGreaterThanOrEqual(36)
  })

  it('ends where nothing is allowed, and where noise is 0 everywhere', () => {
    const nothing = { width: 8, height: 8, data: new Uint8Array(64) }
    expect(findPerlinMask(nothing, paperSynthesis, createRandom(0))).toBeUndefined()
    // The only pixel lies on a corner of the grid.
    expect(findPerlinMask(whole({ width: 1, height: 1 }), paperSynthesis, createRandom(0))).toBeUndefined()
  })

  it('covers a few per cent of the image, seldom a quarter', () => {
    const shares = drawShares(400, {}).sort((a, b) => a - b)
    expect(shares[200]).toBeGreaterThan(0.02)
    expect(shares[200]).toBeLessThan(0.1)
    expect(shares[396]).toBeLessThan(0.4)
    expect(shares[0]).toBeLessThan(0.01)
  })

  it('unites, intersects, or has one noise, by the shares', () => {
    const one = mean(drawShares(200, { unionShare: 0, intersectionShare: 0 }))
    const united = mean(drawShares(200, { unionShare: 1, intersectionShare: 0 }))
    const cut = mean(drawShares(200, { unionShare: 0, intersectionShare: 1 }))
    expect(united / one).toBeGreaterThan(1.6)
    expect(united / one).toBeLessThan(2.1)
    expect(cut / one).toBeLessThan(0.4)
  })

  it('makes smaller specks with larger exponents', () => {
    const edges = (end: number): number => {
      const options = { ...paperSynthesis, scaleExponents: { first: end - 1, end } }
      const allowed = whole({ width: 64, height: 64 })
      const { data } = findPerlinMask(allowed, options, createRandom(5))!
      let changes = 0
      for (let i = 1; i < data.length; i++) if (data[i] !== data[i - 1]) changes++
      return changes / data.reduce((sum, inside) => sum + inside, 0)
    }
    expect(edges(6)).toBeGreaterThan(2 * edges(3))
  })
})

describe('checkSynthesisOptions', () => {
  it('takes the reference and names what is out of range', () => {
    expect(() => checkSynthesisOptions(paperSynthesis)).not.toThrow()
    const wrong = {
      ...paperSynthesis,
      attempts: 0,
      unionShare: 0.7,
      intersectionShare: 0.7,
      scaleExponents: { first: 3, end: 3 },
      imageWeight: { mean: Number.NaN, deviation: 0.1, low: 0.2, high: 0.1 },
    }
    expect(() => checkSynthesisOptions(wrong)).toThrow(UsageError)
    for (const name of [
      'attempts',
      'unionShare \\+ intersectionShare',
      'scaleExponents.end',
      'imageWeight.mean',
      'imageWeight.high',
    ]) {
      expect(() => checkSynthesisOptions(wrong)).toThrow(new RegExp(`${name}: expected a .*got`))
    }
  })
})
