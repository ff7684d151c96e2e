/** Where a defect is: somewhere on the part that at least one of its pictures looks at. */
import type { Random } from '../../math/random.ts'
import { cameraDistance, createLens, createPose, directionToObject, pointToObject } from '../camera.ts'
import type { DefectSpec, Vector, ViewSpec } from '../render-spec.ts'
import { along, cross, dot } from '../vector.ts'
import { march, surfaceNormal } from './march.ts'
import type { Solid } from './solid.ts'

export type Place = Pick<DefectSpec, 'anchor' | 'normal' | 'tangent'>

/** @param facing - Cosine between the outward normal and the way to the lens. */
export type Accept = (anchor: Vector, normal: Vector, facing: number) => boolean

const mostDraws = 4000
/** Darts are thrown at pictures of this size, whatever the dataset's: a part has the same defects at every size. */
const size = { width: 300, height: 400 }

/** Throws a dart at one of the pictures until it sticks in a place where such a defect happens. */
export function placeDefect(
  { field, box, fixture, fixtureBox, centreY }: Solid,
  views: readonly ViewSpec[],
  accept: Accept,
  random: Random,
): Place {
  const lens = new Float64Array(3)
  const ray = new Float64Array(3)
  const d = new Float64Array(3)
  const n = new Float64Array(3)
  for (let draw = 0; draw < mostDraws; draw++) {
    const view = views[random.integer(views.length)]!
    const pose = createPose(view, centreY)
    createLens(size, view.turn)(size.width * random.uniform(), size.height * random.uniform(), ray)
    pointToObject(pose, 0, 0, cameraDistance, lens)
    directionToObject(pose, ray[0]!, ray[1]!, ray[2]!, d)
    const [x, y, z] = [lens[0]!, lens[1]!, lens[2]!]
    const direction: Vector = [d[0]!, d[1]!, d[2]!]
    const far = march(field, box, x, y, z, ...direction, 0.02)
    if (far < 0) continue
    const toFixture = march(fixture, fixtureBox, x, y, z, ...direction, 0.02)
    if (toFixture >= 0 && toFixture < far) continue
    const anchor = along([x, y, z], far, direction)
    surfaceNormal(field, ...anchor, 0.5, n)
    const normal: Vector = [n[0]!, n[1]!, n[2]!]
    if (!accept(anchor, normal, -dot(normal, direction))) continue
    return { anchor, normal, tangent: drawTangent(normal, random) }
  }
  throw new Error(`no place for a defect in ${mostDraws} draws`)
}

/** A unit vector across the normal, in any direction. */
function drawTangent(normal: Vector, random: Random): Vector {
  for (;;) {
    const v: Vector = [random.normal(), random.normal(), random.normal()]
    const t = along(v, -dot(v, normal), normal)
    const length = Math.hypot(...t)
    if (length > 0.1) return [t[0] / length, t[1] / length, t[2] / length]
  }
}

/** Further scratches beside the first one: none, or one or two. */
export function drawCompanions(first: DefectSpec, random: Random): DefectSpec[] {
  const count = random.uniform() < 0.4 ? 1 + random.integer(2) : 0
  const across = cross(first.normal, first.tangent)
  return Array.from({ length: count }, (_, i) => {
    const aside = along(first.anchor, (i + 1) * (2.2 + 1.5 * random.uniform()), across)
    return {
      ...first,
      anchor: along(aside, 3 * random.normal(), first.tangent),
      length: first.length * (0.4 + 0.5 * random.uniform()),
      width: 0.8 * first.width,
      depth: 0.8 * first.depth,
      seed: random.integer(2 ** 31),
    }
  })
}
