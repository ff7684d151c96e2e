/** What happens to a solid's surface: a dent pushed in, an arm bent, a scratch cut. */
import { createRandom } from '../../math/random.ts'
import { createNoise } from '../noise.ts'
import type { DefectSpec } from '../render-spec.ts'
import { cross } from '../vector.ts'
import { type DistanceField, smoothMax } from './distance-field.ts'

type Damage = (field: DistanceField, defect: DefectSpec) => DistanceField

/**
 * The shape with those of its defects that move the surface; the same function where none does.
 *
 * @param damages - By kind of defect. Others, such as scratches, are finer than a step of the march: they live in the skin.
 */
export function damaged(
  field: DistanceField,
  defects: readonly DefectSpec[],
  damages: Readonly<Record<string, Damage>>,
): DistanceField {
  return defects.reduce((shape, defect) => damages[defect.kind]?.(shape, defect) ?? shape, field)
}

/** A smooth hollow with a thrown-up rim, elliptic and a little irregular. */
export function dent(field: DistanceField, defect: DefectSpec): DistanceField {
  const { anchor, normal, tangent, length, width, depth } = defect
  const binormal = cross(normal, tangent)
  const noise = createNoise(createRandom(defect.seed, 'dent'))
  const out = new Float64Array(4)
  const reach = 0.8 * Math.max(length, width)
  return (x, y, z) => {
    const distance = field(x, y, z)
    const px = x - anchor[0]
    const py = y - anchor[1]
    const pz = z - anchor[2]
    if (distance > 2 * depth + 1 || px * px + py * py + pz * pz > reach * reach) return distance
    noise(x * 0.16, y * 0.16, z * 0.16, out)
    const along = (px * tangent[0] + py * tangent[1] + pz * tangent[2]) / (0.5 * length)
    const across = (px * binormal[0] + py * binormal[1] + pz * binormal[2]) / (0.5 * width)
    const down = (px * normal[0] + py * normal[1] + pz * normal[2]) / (1.2 * Math.max(length, width))
    const rho = Math.sqrt(along * along + across * across + down * down) * (1 + 0.35 * out[0]!)
    return distance + depth * dentProfile(rho)
  }
}

/** 1 at the centre, 0 from 1.4 on, a rim of 0.16 around 1. */
function dentProfile(rho: number): number {
  const hollow = rho < 1 ? (1 - rho * rho) ** 2 : 0
  const beside = (rho - 1.02) / 0.38
  return hollow - (Math.abs(beside) < 1 ? 0.16 * (1 - beside * beside) ** 2 : 0)
}

/** A bar bent inwards about the anchor, and flattened where it was hit. */
export function deform(field: DistanceField, defect: DefectSpec): DistanceField {
  const { anchor, normal, length, depth } = defect
  const radius = 0.5 * length
  return (x, y, z) => {
    const px = x - anchor[0]
    const py = y - anchor[1]
    const pz = z - anchor[2]
    const rho2 = (px * px + py * py + pz * pz) / (radius * radius)
    if (rho2 >= 1) return field(x, y, z)
    const push = depth * (1 - rho2) * (1 - rho2)
    const bent = field(x + push * normal[0], y + push * normal[1], z + push * normal[2])
    const facet =
      px * normal[0] + py * normal[1] + pz * normal[2] + 1.5 * depth - radius * Math.max(0, rho2 - 0.1)
    return smoothMax(bent, facet, 0.6)
  }
}

/** Height of a scratch, mm: a groove (negative) along a slightly curved line, edges thrown up on both sides. */
export function createScratch({
  anchor,
  normal,
  tangent,
  length,
  width,
  depth,
  seed,
}: DefectSpec): DistanceField {
  const random = createRandom(seed, 'scratch')
  const bend = (0.5 * random.normal()) / length
  const wobble = 2 + 3 * random.uniform()
  const phase = 2 * Math.PI * random.uniform()
  const [bx, by, bz] = cross(normal, tangent)
  const half = 0.5 * length
  return (x, y, z) => {
    const px = x - anchor[0]
    const py = y - anchor[1]
    const pz = z - anchor[2]
    const along = (px * tangent[0] + py * tangent[1] + pz * tangent[2]) / half
    if (along <= -1 || along >= 1) return 0
    const down = px * normal[0] + py * normal[1] + pz * normal[2]
    if (down < -9 || down > 4) return 0
    const line = half * half * bend * along * along + 0.25 * width * Math.sin(wobble * along + phase)
    const across = Math.abs(px * bx + py * by + pz * bz - line) / (0.5 * width)
    if (across > 2) return 0
    const press = Math.sqrt(1 - along * along) * (0.8 + 0.2 * Math.sin(7 * wobble * along + phase))
    const groove = across < 1 ? (1 - across * across) ** 2 : 0
    const beside = (across - 1.3) / 0.7
    const edge = Math.abs(beside) < 1 ? 0.3 * (1 - beside * beside) ** 2 : 0
    return depth * press * (edge - groove)
  }
}
