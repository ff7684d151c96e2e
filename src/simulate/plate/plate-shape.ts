/** The plate in the plane z = 0, front towards +z: a rounded sheet with punched holes and a bead; and the hooks it hangs on. */
import type { DefectSpec } from '../render-spec.ts'
import { boxDistance, type DistanceField, smoothMax, smoothMin } from '../solid/distance-field.ts'
import type { PlatePart } from './plate-part.ts'

export const plateBox = { low: [-34, -50, -11], high: [34, 50, 11] } as const
export const hooksBox = { low: [-35, 33, -14], high: [35, 110, 6] } as const

const halfThickness = 1.5
const cornerRadius = 8
/** The large hole stands here, with a bead round it. */
const large = { y: 16, beadRadius: 19, beadWidth: 3.4 } as const

/** A hole as a stadium: two half circles, `half` mm apart from the middle; round where it is 0. */
interface Hole {
  readonly x: number
  readonly y: number
  readonly half: number
  readonly radius: number
}

const hole = (x: number, y: number, half: number, radius: number): Hole => ({ x, y, half, radius })

/** Holes that a broken punch leaves out, by size: in a row, at the corners below, and a slot. */
export const punches = {
  small: [-21, -7, 7, 21].map((x) => hole(x, -8, 0, 2.4)),
  corner: [-23, 23].map((x) => hole(x, -38, 0, 3.4)),
  slot: [hole(0, -32.5, 8, 3.4)],
} as const

/** The plate hangs by these. */
const hangers = [-23, 23].map((x) => hole(x, 38, 0, 3.4))

export function createPlateField(part: PlatePart): DistanceField {
  const holes = [
    hole(0, large.y, 0, part.holeRadius),
    ...hangers,
    ...punches.small,
    ...punches.corner,
    ...punches.slot,
  ]
  const [offX, offY] = part.offset
  // They lie alike on both sides of the middle.
  const right = holes.filter(({ x }) => x >= 0)
  return (x, y, z) => {
    const outline =
      boxDistance(
        Math.abs(x) - part.halfWidth + cornerRadius,
        Math.abs(y) - part.halfHeight + cornerRadius,
        -cornerRadius,
      ) - cornerRadius
    let sheet = outline
    const hx = Math.abs(x - offX)
    const hy = y - offY
    for (let i = 0; i < right.length; i++) sheet = Math.max(sheet, -holeDistance(right[i]!, hx, hy))
    return smoothMax(sheet, Math.abs(z - beadHeight(part, x, y)) - halfThickness, 0.9)
  }
}

function holeDistance({ x: cx, y: cy, half, radius }: Hole, x: number, y: number): number {
  const along = Math.max(0, Math.abs(x - cx) - half)
  return Math.sqrt(along * along + (y - cy) ** 2) - radius
}

function beadHeight({ bead }: PlatePart, x: number, y: number): number {
  const off = Math.abs(Math.sqrt(x * x + (y - large.y) ** 2) - large.beadRadius) / large.beadWidth
  return off < 1 ? bead * (1 - off * off) ** 2 : 0
}

/** The punch did not come through: sheet in the hole nearest to the anchor, from its right end `length` mm inwards. */
export function missHole(field: DistanceField, { anchor, length }: DefectSpec): DistanceField {
  const all = [...punches.small, ...punches.corner, ...punches.slot]
  const distance = ({ x, y }: Hole): number => Math.hypot(x - anchor[0], y - anchor[1])
  const missing = all.reduce((nearest, each) => (distance(each) < distance(nearest) ? each : nearest))
  const plug = { ...missing, radius: missing.radius + 2.2 }
  const right = missing.x + missing.half + missing.radius
  return (x, y, z) => {
    const left = Math.sqrt((x - right) ** 2 + (y - missing.y) ** 2) - length - 0.5
    return Math.min(field(x, y, z), Math.max(holeDistance(plug, x, y), left, Math.abs(z) - halfThickness))
  }
}

/** A bar with two arms behind the plate, whose pins go through the upper holes. */
export function createHooksField(): DistanceField {
  return (x, y, z) => {
    const ax = Math.abs(x)
    const bar = boxDistance(ax - 30, Math.abs(y - 58) - 2, Math.abs(z + 8) - 3) - 1.5
    const stem = boxDistance(ax - 4, Math.abs(y - 84) - 26, Math.abs(z + 8) - 2) - 1.5
    const arm = boxDistance(Math.abs(ax - 23) - 1.6, Math.abs(y - 48) - 11, Math.abs(z + 8) - 1) - 1
    const across = Math.sqrt((ax - 23) ** 2 + (y - 38) ** 2)
    const pin = smoothMax(across - 2.7, Math.abs(z + 3.5) - 7, 1.2)
    return smoothMin(Math.min(bar, stem), Math.min(arm, pin), 1.5)
  }
}
