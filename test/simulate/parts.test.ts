import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { createLens, createPose, directionToObject, pointToObject } from '../../src/simulate/camera.ts'
import { defectKinds } from '../../src/simulate/defect-kinds.ts'
import { createEmboss } from '../../src/simulate/emboss.ts'
import { glyphSegments, glyphs } from '../../src/simulate/glyphs.ts'
import { linkSolid } from '../../src/simulate/link/link-solid.ts'
import { createNoise } from '../../src/simulate/noise.ts'
import { bendHeight } from '../../src/simulate/plate/bend-corner.ts'
import type { PlatePart } from '../../src/simulate/plate/plate-part.ts'
import { punches } from '../../src/simulate/plate/plate-shape.ts'
import { plateSolid } from '../../src/simulate/plate/plate-solid.ts'
import type { DefectSpec } from '../../src/simulate/render-spec.ts'
import { ringSolid } from '../../src/simulate/ring/ring-solid.ts'
import { type Box, safeStep } from '../../src/simulate/solid/distance-field.ts'
import type { Solid } from '../../src/simulate/solid/solid.ts'
import fc from '../fast-check.ts'
import { deformation, dent, linkSpec, planned, withoutDefects } from './specs.ts'

const still = { spin: 0, yaw: 0, pitch: 0, roll: 0, scale: 1, shift: [0, 0], turn: 0 } as const
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

/** Parts with every kind of defect that moves their surface. */
const solids: readonly { name: string; sound: Solid; hit: Solid }[] = [
  ...(['link', 'ring', 'plate'] as const).flatMap((object) => {
    const solidOf = { link: linkSolid, ring: ringSolid, plate: plateSolid }[object] as (part: never) => Solid
    return defectKinds[object].map((kind) => {
      const options = { object, parts: 1, defectiveParts: 4, imagesPerPart: 1, defects: [kind] }
      const { spec } = planned(options).findLast(({ severity }) => severity !== null)!
      const [sound, hit] = [withoutDefects(spec), spec].map(({ part }) => solidOf(part as never))
      return { name: `${object} with a ${kind}`, sound: sound!, hit: hit! }
    })
  }),
  {
    name: 'link with a dent and a deformation',
    sound: linkSolid(linkSpec([]).part),
    hit: linkSolid(linkSpec([dent, deformation]).part),
  },
]

/** A fixture's rod goes on where its box reaches past what a picture can show: upwards, or behind. */
const beyondThePicture = ({ low, high }: Box): Box => ({
  low: [low[0], low[1], low[2] < -50 ? Number.NEGATIVE_INFINITY : low[2]],
  high: [high[0], high[1] > 100 ? Number.POSITIVE_INFINITY : high[1], high[2]],
})

describe.each(solids)('the shape of a $name', ({ sound, hit }) => {
  const point = fc.tuple(coordinate, coordinate, coordinate)

  it('never overstates a distance: a safe step along any way does not jump through the surface', () => {
    fc.assert(
      fc.property(point, point, (from, to) => {
        const far = Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2])
        for (const { field } of [sound, hit]) {
          const a = field(...from)
          if (a > 0 && field(...to) < 0) expect(safeStep * a).toBeLessThanOrEqual(far)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('lies within its box', () => {
    const wide = fc.double({ min: -80, max: 120, noNaN: true })
    const isIn = (p: readonly number[], { low, high }: Box) =>
      p.every((value, i) => value >= low[i]! && value <= high[i]!)
    fc.assert(
      fc.property(wide, wide, wide, (...p) => {
        if (!isIn(p, hit.box)) for (const { field } of [sound, hit]) expect(field(...p)).toBeGreaterThan(0)
        if (!isIn(p, beyondThePicture(hit.fixtureBox))) expect(hit.fixture(...p)).toBeGreaterThan(0)
      }),
    )
  })
})

describe('a dent', () => {
  it('is hollow by its depth where it is', () => {
    const { field } = linkSolid(linkSpec([dent]).part)
    const off = field(...dent.anchor) - linkSolid(linkSpec([]).part).field(...dent.anchor)
    expect(off).toBeGreaterThan(0.8 * dent.depth)
    expect(off).toBeLessThanOrEqual(dent.depth)
  })
})

describe('a bend', () => {
  it('takes the corner off its plane by its depth, and the middle not at all', () => {
    for (const side of [1, -1]) {
      const bend: DefectSpec = {
        ...dent,
        kind: 'bend',
        anchor: [29, -44, 0],
        normal: [0, 0, side],
        length: 22,
      }
      const height = bendHeight(bend)
      expect(height(29, -44, 0)).toBeCloseTo(side * bend.depth, 9)
      expect(height(0, 0, 0)).toBe(0)
      // Flat but for the bend itself: no step anywhere.
      for (let i = 0; i < 100; i++) {
        const [a, b] = [i / 100, (i + 1) / 100].map((t) => height(29 * t, -44 * t, 0))
        expect(Math.abs(b! - a!)).toBeLessThan(0.1)
      }
    }
  })
})

describe('a missing hole', () => {
  it('is closed from face to face, and its neighbours are not', () => {
    const { spec } = planned({
      object: 'plate',
      parts: 1,
      defectiveParts: 1,
      defects: ['missing-hole'],
    }).find(({ severity }) => severity !== null)!
    const { field } = plateSolid(spec.part as PlatePart)
    const [x, y] = spec.part.defects[0]!.anchor
    expect(field(x, y, 0)).toBeLessThan(0)
    const others = Object.values(punches)
      .flat()
      .filter((hole) => Math.hypot(hole.x - x, hole.y - y) > 2)
    expect(others.length).toBe(6)
    for (const hole of others) expect(field(hole.x, hole.y, 0)).toBeGreaterThan(0)
  })
})

describe('createPose', () => {
  it('turns without stretching', () => {
    const angle = fc.double({ min: -180, max: 180, noNaN: true })
    const point = fc.tuple(coordinate, coordinate, coordinate)
    fc.assert(
      fc.property(angle, angle, angle, angle, point, (spin, yaw, pitch, roll, [x, y, z]) => {
        const out = new Float64Array(3)
        directionToObject(
          createPose({ spin, yaw, pitch, roll, scale: 2, shift: [5, 0], turn: 0 }, 3),
          x,
          y,
          z,
          out,
        )
        expect(Math.hypot(...out)).toBeCloseTo(Math.hypot(x, y, z), 9)
      }),
    )
  })

  it('brings the side of the part to the front at 90 degrees', () => {
    const out = new Float64Array(3)
    const pose = createPose({ ...still, yaw: 90 }, 0)
    directionToObject(pose, 0, 0, 1, out)
    expect([...out].map((value) => Math.round(value) + 0)).toEqual([-1, 0, 0])
  })

  it('scales and shifts points, not directions', () => {
    const out = new Float64Array(3)
    pointToObject(createPose({ ...still, scale: 2, shift: [3, 4] }, 1), 13, 23, 8, out)
    expect([...out]).toEqual([5, 10, 4])
  })
})

describe('createLens', () => {
  it('turns the picture about its centre', () => {
    const size = { width: 90, height: 120 }
    const [level, turned] = [0, 90].map((turn) => {
      const out = new Float64Array(3)
      createLens(size, turn)(45 + (turn === 0 ? 20 : 0), 60 - (turn === 0 ? 0 : 20), out)
      return [...out]
    })
    turned!.forEach((value, i) => {
      expect(value).toBeCloseTo(level![i]!, 12)
    })
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
