import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { blend, colourise, heatColourStops, heatColours, outline } from '../../src/image/colour-map.ts'
import type { Mask } from '../../src/image/image.ts'
import fc from '../fast-check.ts'

/** CIE L*a*b* (D65) of an sRGB colour: another space than the one that the map is made in. */
function cieLab(colour: Uint8Array): number[] {
  const [r, g, b] = [...colour].map((byte) => {
    const value = byte / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116)
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b)
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

const colourAt = (i: number): Uint8Array => heatColours.subarray(3 * i, 3 * i + 3)

describe('heatColours', () => {
  it('rises in lightness from dark to light', () => {
    const sampled = Array.from({ length: 32 }, (_, i) => cieLab(colourAt(8 * i))[0]!)
    for (let i = 1; i < sampled.length; i++) expect(sampled[i]!).toBeGreaterThan(sampled[i - 1]!)
    expect(cieLab(colourAt(0))[0]).toBeLessThan(5)
    expect(cieLab(colourAt(255))[0]).toBeGreaterThan(94)
  })

  it('never jumps, and never touches the border of the gamut', () => {
    for (let i = 1; i < 256; i++) {
      const step = Math.max(...colourAt(i).map((value, c) => Math.abs(value - colourAt(i - 1)[c]!)))
      expect(step).toBeLessThanOrEqual(6)
    }
    expect(heatColours.every((value) => value > 0 && value < 255)).toBe(true)
  })

  it('gives stops for a legend, both ends included', () => {
    const stops = heatColourStops(5)
    expect(stops).toHaveLength(5)
    expect(stops.every((stop) => /^#[0-9a-f]{6}$/.test(stop))).toBe(true)
    expect(stops[4]).toBe(`#${Buffer.from(colourAt(255)).toString('hex')}`)
  })
})

describe('colourise', () => {
  const colours = (scores: number[], low: number, high: number): number[][] => {
    const map = { width: scores.length, height: 1, data: Float32Array.from(scores) }
    const { data } = colourise(map, { low, high })
    return scores.map((_, i) => [...data.subarray(3 * i, 3 * i + 3)])
  }
  const [lowest, highest] = [[...colourAt(0)], [...colourAt(255)]]

  it('clamps at the ends, infinities too, and greys what is not a number', () => {
    expect(colours([-9, 1, 3, 99, -Infinity, Infinity, NaN], 1, 3)).toEqual([
      lowest,
      lowest,
      highest,
      highest,
      lowest,
      highest,
      [128, 128, 128],
    ])
    expect(colours([2], 1, 3)).toEqual([[...colourAt(128)]])
  })

  it('shows an empty range as low or high', () => {
    expect(colours([0, 1, 2], 1, 1)).toEqual([lowest, lowest, highest])
  })
})

describe('blend', () => {
  const image = { width: 1, height: 1, data: Uint8Array.of(0, 100, 200) }
  const heat = { width: 1, height: 1, data: Uint8Array.of(255, 0, 100) }

  it('goes from the image to the heat map', () => {
    expect(blend(image, heat, 0).data).toEqual(image.data)
    expect(blend(image, heat, 1).data).toEqual(heat.data)
    expect(blend(image, heat, 0.5).data).toEqual(Uint8Array.of(128, 50, 150))
  })

  it('refuses two sizes', () => {
    expect(() => blend(image, { ...heat, width: 2 }, 0.5)).toThrow(ShapeError)
  })
})

describe('outline', () => {
  it('keeps the rim of a square', () => {
    const mask = { width: 5, height: 5, data: new Uint8Array(25) }
    for (let y = 1; y < 4; y++) mask.data.fill(1, 5 * y + 1, 5 * y + 4)
    const wanted = mask.data.slice()
    wanted[12] = 0
    expect(outline(mask).data).toEqual(wanted)
  })

  it('lies inside, is not empty where the mask is not, and is its own outline', () => {
    const masks: fc.Arbitrary<Mask> = fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: 42, maxLength: 42 })
      .map((bits) => ({ width: 7, height: 6, data: Uint8Array.from(bits) }))
    fc.assert(
      fc.property(masks, (mask) => {
        const edge = outline(mask)
        expect(edge.data.every((value, i) => value <= mask.data[i]!)).toBe(true)
        expect(edge.data.includes(1)).toBe(mask.data.includes(1))
      }),
    )
  })
})
