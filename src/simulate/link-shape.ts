/**
 * The coupling link and its clamp as signed distance fields, millimetres, negative inside.
 *
 * The link is a bar swept along an omega: a bow of about 220 degrees, two straight legs, an eye with a hole at the end of
 * each; its front and back are flattened by the die, and a flash line runs round it where the die's halves met. Distances
 * are bounds, not exact: marching scales its steps by `safeStep`. Combinators after Quilez, "Distance functions".
 */
import { createRandom } from '../math/random.ts'
import { createNoise } from './noise.ts'
import type { DefectSpec, PartSpec } from './render-spec.ts'

export type DistanceField = (x: number, y: number, z: number) => number

/** Share of the distance that a march may safely go: the fields' gradients stay below 1 / safeStep. */
export const safeStep = 0.85

/** Box around the link, also the longest deformed one, and around the clamp: [low, high] per axis, mm. */
export const linkBox = { low: [-45, -45, -13.5], high: [45, 51, 13.5] } as const
export const clampBox = { low: [-31, 24, -16], high: [31, 110, 13] } as const
/** Both. */
export const sceneBox = { low: [-45, -45, -16], high: [45, 110, 13.5] } as const

/** Angle above the horizontal at which the bow meets the legs. */
const bowEnd = (20 * Math.PI) / 180
const cosEnd = Math.cos(bowEnd)
const sinEnd = Math.sin(bowEnd)
const legLength = 25
const eyeRadius = 13.5
const holeRadius = 6.6
const pinRadius = 6.1

/** @param withDefects - False gives the part as it was forged, before anything happened to it. */
export function createLinkField(part: PartSpec, withDefects: boolean): DistanceField {
  let field = nominalField(part)
  if (!withDefects) return field
  for (const defect of part.defects) {
    if (defect.kind === 'deformation') field = deform(field, defect)
    else if (defect.kind === 'dent') field = dent(field, defect)
    // Scratches are finer than a step of the march: they live in the relief (`relief.ts`).
  }
  return field
}

/** Where the eyes are: the right one; the left is its mirror image. */
function eyeCentre(bowRadius: number): readonly [number, number] {
  return [bowRadius * cosEnd - legLength * sinEnd, bowRadius * sinEnd + legLength * cosEnd]
}

function nominalField(part: PartSpec): DistanceField {
  const radius = part.bowRadius
  const [eyeX, eyeY] = eyeCentre(radius)
  const thickness = part.thickness
  const flashPhase = createRandom(part.seed, 'flash').uniform() * 50

  return (x, y, z) => {
    const ax = Math.abs(x)
    const rise = Math.min(1, Math.max(0, (y + radius) / 64))
    const alongLeg = y * cosEnd - ax * sinEnd
    let across: number
    let beyond = 0
    if (alongLeg > 0) {
      across = ax * cosEnd + y * sinEnd - radius
      if (alongLeg > legLength) beyond = alongLeg - legLength
    } else {
      across = Math.sqrt(x * x + y * y) - radius
    }
    const bar = (11 - 2.2 * rise) * thickness
    const tube = Math.sqrt(across * across + beyond * beyond + z * z) - bar
    const az = Math.abs(z)
    const eyeAcross = Math.sqrt((ax - eyeX) ** 2 + (y - eyeY) ** 2)
    let distance = smoothMax(tube, az - (8.4 - 1.2 * rise) * thickness, 3)
    distance = smoothMin(distance, smoothMax(eyeAcross - eyeRadius, az - 6.6 * thickness, 2.4), 5)
    distance = smoothMax(distance, holeRadius - eyeAcross, 2.2)
    if (distance < 1.2 && az < 1.1) {
      // Remains of the flash, ground off unevenly.
      distance -= (0.32 + 0.2 * Math.sin(0.31 * y + flashPhase) * Math.cos(0.23 * x)) * (1 - az / 1.1)
    }
    return distance
  }
}

/** A smooth hollow with a thrown-up rim, elliptic and a little irregular. */
function dent(field: DistanceField, defect: DefectSpec): DistanceField {
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

/** An arm bent inwards about the anchor, and flattened where it was hit. */
function deform(field: DistanceField, defect: DefectSpec): DistanceField {
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

/** The clamp: a rod from above, a yoke, two prongs behind the eyes and the pins that go through them. */
export function createClampField(part: PartSpec): DistanceField {
  const [eyeX, eyeY] = eyeCentre(part.bowRadius)
  return (x, y, z) => {
    const ax = Math.abs(x)
    const az = Math.abs(z)
    const rod = Math.max(Math.sqrt(x * x + z * z) - 5.2, 54 - y)
    const yoke = box(ax - 20, Math.abs(y - 53.5) - 1.5, Math.abs(z + 4) - 5) - 3
    const prong = box(Math.abs(ax - eyeX) - 3.5, Math.abs(y - 43) - 9, Math.abs(z + 10.6) - 0.6) - 2
    const pinAcross = Math.sqrt((ax - eyeX) ** 2 + (y - eyeY) ** 2)
    const pin = smoothMax(pinAcross - pinRadius, az - 6.8, 2)
    return smoothMin(Math.min(rod, pin), Math.min(yoke, prong), 3)
  }
}

function box(x: number, y: number, z: number): number {
  const px = Math.max(x, 0)
  const py = Math.max(y, 0)
  const pz = Math.max(z, 0)
  return Math.sqrt(px * px + py * py + pz * pz) + Math.min(Math.max(x, y, z), 0)
}

function smoothMax(a: number, b: number, k: number): number {
  const h = k - Math.abs(a - b)
  return Math.max(a, b) + (h > 0 ? (h * h) / (4 * k) : 0)
}

function smoothMin(a: number, b: number, k: number): number {
  const h = k - Math.abs(a - b)
  return Math.min(a, b) - (h > 0 ? (h * h) / (4 * k) : 0)
}

const cross = (a: readonly number[], b: readonly number[]): [number, number, number] => [
  a[1]! * b[2]! - a[2]! * b[1]!,
  a[2]! * b[0]! - a[0]! * b[2]!,
  a[0]! * b[1]! - a[1]! * b[0]!,
]
