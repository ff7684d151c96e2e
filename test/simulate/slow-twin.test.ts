/** The marching renderer against a slow but obvious one: small even steps along every ray until inside, then halving. */
import { describe, expect, it } from 'vitest'
import {
  cameraDistance,
  createLens,
  createPose,
  directionToObject,
  pixelFootprint,
  pointToObject,
} from '../../src/simulate/camera.ts'
import { linkSolid } from '../../src/simulate/link/link-solid.ts'
import { plateSolid } from '../../src/simulate/plate/plate-solid.ts'
import type { RenderSpec } from '../../src/simulate/render-spec.ts'
import { ringSolid } from '../../src/simulate/ring/ring-solid.ts'
import { unionBox } from '../../src/simulate/solid/distance-field.ts'
import { exposeSolid, visibleDisplacement } from '../../src/simulate/solid/expose-solid.ts'
import { blankSample, type Skin } from '../../src/simulate/solid/skin.ts'
import type { Solid } from '../../src/simulate/solid/solid.ts'
import { countPixels, planned } from './specs.ts'

const stepMm = 0.1

const solids = [
  { object: 'link', defects: ['dent', 'deformation'], solidOf: linkSolid as (part: never) => Solid },
  { object: 'ring', defects: ['nick'], solidOf: ringSolid as (part: never) => Solid },
  { object: 'plate', defects: ['bend', 'missing-hole'], solidOf: plateSolid as (part: never) => Solid },
] as const

const bare: Skin = (_x, _y, _z, _normal, _struck, out) => {
  Object.assign(out, blankSample())
}

/** A point this near, as a share of a pixel, is on the surface: as `expose-solid.ts` has it. */
const nearness = 0.06

function masksByStepping(
  solid: Solid,
  { size, view }: RenderSpec,
): { foreground: Uint8Array; defect: Uint8Array } {
  const pose = createPose(view, solid.centreY)
  const castRay = createLens(size, view.turn)
  const lens = new Float64Array(3)
  const ray = new Float64Array(3)
  const d = new Float64Array(3)
  pointToObject(pose, 0, 0, cameraDistance, lens)
  const foreground = new Uint8Array(size.width * size.height)
  const defect = new Uint8Array(foreground.length)
  const near = nearness * pixelFootprint(size)
  const box = unionBox(solid.box, solid.fixtureBox)
  for (let pixel = 0; pixel < foreground.length; pixel++) {
    castRay((pixel % size.width) + 0.5, Math.floor(pixel / size.width) + 0.5, ray)
    directionToObject(pose, ray[0]!, ray[1]!, ray[2]!, d)
    const at = (along: number) => [0, 1, 2].map((i) => lens[i]! + along * d[i]!) as [number, number, number]
    const isInBox = (p: readonly number[]) => p.every((v, i) => v >= box.low[i]! && v <= box.high[i]!)
    for (let along = 0.7 * cameraDistance; along < 1.4 * cameraDistance; along += stepMm) {
      const point = at(along)
      if (!isInBox(point)) continue
      if (solid.fixture(...point) < near) break
      if (solid.field(...point) >= near) continue
      // On to where the ray goes in, if it does not only graze.
      let into = along
      while (into < along + 1 && solid.field(...at(into)) >= 0) into += 0.02
      const [x, y, z] = at(solid.field(...at(into)) < 0 ? into : along)
      const height = solid.height!(x, y, z)
      foreground[pixel] = 1
      defect[pixel] = height < -visibleDisplacement.below || height > visibleDisplacement.above ? 1 : 0
      break
    }
  }
  return { foreground, defect }
}

describe('exposeSolid', () => {
  const cases = solids.flatMap(({ defects, ...rest }) => defects.map((kind) => ({ kind, ...rest })))
  it.each(cases)(
    '$object with a $kind: its masks are those of the slow twin',
    ({ object, kind, solidOf }) => {
      const options = { object, parts: 1, defectiveParts: 8, imagesPerPart: 1, angles: [15, 15] } as const
      const { spec } = planned({ ...options, width: 42, height: 56, defects: [kind] }).find(
        ({ severity }) => severity === 'obvious',
      )!
      const solid = solidOf(spec.part as never)
      const slow = masksByStepping(solid, spec)
      const fast = exposeSolid(solid, () => bare, spec)
      expect(countPixels({ data: slow.defect })).toBeGreaterThan(5)
      const differing = (a: Uint8Array, b: Uint8Array) => a.filter((value, i) => value !== b[i]).length
      // A ray that grazes an outline, or a point at the very limit of the displacement, may fall on either side.
      expect(differing(fast.foreground, slow.foreground)).toBeLessThanOrEqual(4)
      expect(differing(fast.defect, slow.defect)).toBeLessThanOrEqual(2)
    },
  )
})
