/** What happened to a part: a defect of a given kind, somewhere that at least one of the part's pictures looks at. */
import type { Random } from '../math/random.ts'
import { cameraDistance, createPose, pixelRay, toObject } from './camera.ts'
import { clampBox, createClampField, createLinkField, linkBox } from './link-shape.ts'
import { march, surfaceNormal } from './march.ts'
import type { DefectKind, DefectSpec, PartSpec, Severity, Vector, ViewSpec } from './render-spec.ts'

type Range = readonly [low: number, high: number]

/** Extents in mm by kind and severity: along, across, depth. */
const extents: Readonly<Record<DefectKind, Readonly<Record<Severity, readonly [Range, Range, Range]>>>> = {
  dent: {
    subtle: [
      [7, 10],
      [6, 9],
      [1.0, 1.4],
    ],
    clear: [
      [10, 14],
      [9, 12],
      [1.6, 2.4],
    ],
    obvious: [
      [14, 20],
      [11, 16],
      [2.6, 3.8],
    ],
  },
  scratch: {
    subtle: [
      [14, 20],
      [1.1, 1.4],
      [0.42, 0.52],
    ],
    clear: [
      [17, 26],
      [1.3, 1.8],
      [0.5, 0.7],
    ],
    obvious: [
      [26, 38],
      [1.8, 2.6],
      [0.7, 1.0],
    ],
  },
  deformation: {
    subtle: [
      [24, 30],
      [12, 16],
      [2.2, 3],
    ],
    clear: [
      [26, 34],
      [12, 16],
      [3.2, 4.4],
    ],
    obvious: [
      [32, 40],
      [12, 16],
      [4.8, 6.5],
    ],
  },
}

/** How often each severity is drawn. */
const severityShares: readonly (readonly [Severity, number])[] = [
  ['subtle', 0.25],
  ['clear', 0.4],
  ['obvious', 0.35],
]

/** Returns the part with its defects: one of the kind, or for scratches one to three side by side. */
export function drawDefects(
  part: PartSpec,
  kind: DefectKind,
  views: readonly ViewSpec[],
  random: Random,
): PartSpec {
  const severity = drawSeverity(random)
  const place = drawPlace(part, kind, views, random)
  const draw = ([low, high]: Range): number => low + (high - low) * random.uniform()
  const [length, width, depth] = extents[kind][severity]
  const first: DefectSpec = {
    kind,
    severity,
    ...place,
    length: draw(length),
    width: draw(width),
    depth: draw(depth),
    seed: random.integer(2 ** 31),
  }
  const defects = [first]
  const more = kind === 'scratch' && random.uniform() < 0.4 ? 1 + random.integer(2) : 0
  for (let i = 1; i <= more; i++) {
    const aside = i * (2.2 + 1.5 * random.uniform())
    const along = 3 * random.normal()
    const across = cross(first.normal, first.tangent)
    defects.push({
      ...first,
      anchor: [0, 1, 2].map(
        (axis) => first.anchor[axis]! + aside * across[axis]! + along * first.tangent[axis]!,
      ) as unknown as Vector,
      length: first.length * (0.4 + 0.5 * random.uniform()),
      width: 0.8 * first.width,
      depth: 0.8 * first.depth,
      seed: random.integer(2 ** 31),
    })
  }
  return { ...part, defects }
}

function drawSeverity(random: Random): Severity {
  let left = random.uniform()
  for (const [severity, share] of severityShares) {
    left -= share
    if (left < 0) return severity
  }
  return 'obvious'
}

type Place = Pick<DefectSpec, 'anchor' | 'normal' | 'tangent'>

const mostDraws = 4000

/** Throws a dart at one of the pictures until it sticks in a place where the kind of defect happens. */
function drawPlace(part: PartSpec, kind: DefectKind, views: readonly ViewSpec[], random: Random): Place {
  const field = createLinkField(part, false)
  const clamp = createClampField(part)
  const size = { width: 300, height: 400 }
  const ray = new Float64Array(3)
  const lens = new Float64Array(3)
  const direction = new Float64Array(3)
  const normal = new Float64Array(3)
  for (let draw = 0; draw < mostDraws; draw++) {
    const pose = createPose(views[random.integer(views.length)]!)
    pixelRay(size, size.width * random.uniform(), size.height * random.uniform(), ray)
    toObject(pose, 0, 0, cameraDistance, 1, lens)
    toObject(pose, ray[0]!, ray[1]!, ray[2]!, 0, direction)
    const [dx, dy, dz] = [direction[0]!, direction[1]!, direction[2]!]
    const along = march(field, linkBox, lens[0]!, lens[1]!, lens[2]!, dx, dy, dz, 0.02)
    if (along < 0) continue
    const toClamp = march(clamp, clampBox, lens[0]!, lens[1]!, lens[2]!, dx, dy, dz, 0.02)
    if (toClamp >= 0 && toClamp < along) continue
    const anchor: Vector = [lens[0]! + along * dx, lens[1]! + along * dy, lens[2]! + along * dz]
    surfaceNormal(field, ...anchor, 0.5, normal)
    const facing = -(normal[0]! * dx + normal[1]! * dy + normal[2]! * dz)
    if (!happensAt(kind, anchor, normal, facing)) continue
    return { anchor, normal: [normal[0]!, normal[1]!, normal[2]!], tangent: drawTangent(normal, random) }
  }
  throw new Error(`no place for a ${kind} in ${mostDraws} draws`)
}

/** Dents and scratches want to be seen from not too flat an angle; an arm bends in the link's plane, below the eyes. */
function happensAt(kind: DefectKind, anchor: Vector, normal: Float64Array, facing: number): boolean {
  if (kind !== 'deformation') return facing > 0.45
  return facing > 0.3 && Math.abs(normal[2]!) < 0.6 && anchor[1] < 16 && isOuter(anchor, normal)
}

const isOuter = (anchor: Vector, normal: Float64Array): boolean =>
  anchor[0] * normal[0]! + anchor[1] * normal[1]! > 0

/** A unit vector across the normal, in any direction. */
function drawTangent(normal: Float64Array, random: Random): Vector {
  for (;;) {
    const v: Vector = [random.normal(), random.normal(), random.normal()]
    const dot = v[0] * normal[0]! + v[1] * normal[1]! + v[2] * normal[2]!
    const t: Vector = [v[0] - dot * normal[0]!, v[1] - dot * normal[1]!, v[2] - dot * normal[2]!]
    const length = Math.hypot(...t)
    if (length > 0.1) return [t[0] / length, t[1] / length, t[2] / length]
  }
}

const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
