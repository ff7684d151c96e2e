import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { createPose, toObject } from '../../src/simulate/camera.ts'
import { createEmboss } from '../../src/simulate/emboss.ts'
import { glyphSegments, glyphs } from '../../src/simulate/glyphs.ts'
import { createLinkField, linkBox, safeStep } from '../../src/simulate/link-shape.ts'
import { createNoise } from '../../src/simulate/noise.ts'
import { deformation, dent, renderSpec } from './specs.ts'

const coordinate = fc.double({ min: -40, max: 40, noNaN: true })

describe('createNoise', () => {
  it('has the gradient that differences of its value give, and stays within -1.3..1.3', () => {
    const noise = createNoise(createRandom(5))
    const at = (x: number, y: number, z: number) => {
      const out = new Float64Array(4)
      noise(x, y, z, out)
      return out
    }
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, (x, y, z) => {
        const [value, dx, dy, dz] = at(x, y, z)
        const e = 1e-5
        expect(Math.abs(value!)).toBeLessThan(1.3)
        expect(dx).toBeCloseTo((at(x + e, y, z)[0]! - at(x - e, y, z)[0]!) / (2 * e), 4)
        expect(dy).toBeCloseTo((at(x, y + e, z)[0]! - at(x, y - e, z)[0]!) / (2 * e), 4)
        expect(dz).toBeCloseTo((at(x, y, z + e)[0]! - at(x, y, z - e)[0]!) / (2 * e), 4)
      }),
    )
  })
})

describe('createLinkField', () => {
  const { part } = renderSpec([dent, deformation])
  const shapes = [createLinkField(part, false), createLinkField(part, true)]

  it('never overstates a distance: a safe step along any way does not jump through the surface', () => {
    fc.assert(
      fc.property(
        coordinate,
        coordinate,
        coordinate,
        coordinate,
        coordinate,
        coordinate,
        (x, y, z, u, v, w) => {
          const far = Math.hypot(u - x, v - y, w - z)
          for (const shape of shapes) {
            const a = shape(x, y, z)
            const b = shape(u, v, w)
            if (a > 0 && b < 0) expect(safeStep * a).toBeLessThanOrEqual(far)
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('is sound without defects, and lies within its box', () => {
    const bare = createLinkField(renderSpec([]).part, true)
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, (x, y, z) => {
        expect(shapes[0]!(x, y, z)).toBe(bare(x, y, z))
        const outside = Math.abs(z) > linkBox.high[2] || y > linkBox.high[1] || Math.abs(x) > linkBox.high[0]
        if (outside) for (const shape of shapes) expect(shape(x, y, z)).toBeGreaterThan(0)
      }),
    )
  })

  it('is hollow where a dent is, by its depth', () => {
    const [x, y, z] = dent.anchor
    const off = shapes[1]!(x, y, z) - shapes[0]!(x, y, z)
    expect(off).toBeGreaterThan(0.8 * dent.depth)
    expect(off).toBeLessThanOrEqual(dent.depth)
  })
})

describe('createPose', () => {
  it('turns without stretching', () => {
    const angle = fc.double({ min: -180, max: 180, noNaN: true })
    fc.assert(
      fc.property(angle, angle, angle, coordinate, coordinate, coordinate, (yaw, pitch, roll, x, y, z) => {
        const out = new Float64Array(3)
        toObject(createPose({ yaw, pitch, roll, shift: [0, 0] }), x, y, z, 0, out)
        expect(Math.hypot(...out)).toBeCloseTo(Math.hypot(x, y, z), 9)
      }),
    )
  })

  it('brings the side of the part to the front at 90 degrees', () => {
    const out = new Float64Array(3)
    toObject(createPose({ yaw: 90, pitch: 0, roll: 0, shift: [0, 0] }), 0, 0, 1, 0, out)
    expect([...out].map((value) => Math.round(value) + 0)).toEqual([-1, 0, 0])
  })
})

describe('embossed letters', () => {
  it('have every glyph within its grid', () => {
    for (const glyph of glyphs) {
      const segments = glyphSegments(glyph)
      expect(segments.length % 4, glyph).toBe(0)
      expect(segments.length, glyph).toBeGreaterThan(0)
      segments.forEach((value, i) => {
        expect(value, glyph).toBeGreaterThanOrEqual(0)
        expect(value, glyph).toBeLessThanOrEqual(i % 2 === 0 ? 4 : 6)
      })
    }
  })

  it('stand out in the middle of a stroke and nowhere else', () => {
    const emboss = createEmboss('L')
    const out = new Float64Array(3)
    emboss(-2.87, 0, out) // the stem: two grid units of 8.6 / 6 mm left of the middle
    expect(out[0]).toBeCloseTo(0.9, 6)
    emboss(2, 2, out)
    expect([...out]).toEqual([0, 0, 0])
    emboss(500, 0, out)
    expect([...out]).toEqual([0, 0, 0])
  })
})
