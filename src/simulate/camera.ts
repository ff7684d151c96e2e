/** The camera's ray through a pixel, and how the held part lies before it. */
import type { Size } from '../image/image.ts'
import type { ViewSpec } from './render-spec.ts'

/** Camera to the fixture's axis, mm. */
export const cameraDistance = 330
/** What a picture of 3:4 shows at the fixture's axis: its height in mm. */
export const fieldHeight = 134

/** A rotation from object to camera space, row-major 3x3, with the scale before and the translation after it. */
export interface Pose {
  readonly rotation: Float64Array
  /** Camera millimetres per object millimetre: a part that comes nearer looks larger. */
  readonly scale: number
  readonly x: number
  readonly y: number
}

type Row = readonly [number, number, number]

/**
 * Spins in the part's own plane, turns about the fixture's axis, then tilts, rolls, scales and shifts.
 *
 * @param centreY - Height in object space of what the lens looks at, mm.
 */
export function createPose({ spin, yaw, pitch, roll, scale, shift }: ViewSpec, centreY: number): Pose {
  const radians = Math.PI / 180
  const cy = Math.cos(yaw * radians)
  const sy = Math.sin(yaw * radians)
  const cp = Math.cos(pitch * radians)
  const sp = Math.sin(pitch * radians)
  const cr = Math.cos(roll * radians)
  const sr = Math.sin(roll * radians)
  const cs = Math.cos(spin * radians)
  const ss = Math.sin(spin * radians)
  // Rz(roll) Rx(pitch) Ry(yaw)
  const a: Row = [cr * cy - sr * sp * sy, -sr * cp, cr * sy + sr * sp * cy]
  const b: Row = [sr * cy + cr * sp * sy, cr * cp, sr * sy - cr * sp * cy]
  const c: Row = [-cp * sy, sp, cp * cy]
  // ... times Rz(spin)
  const rotation = Float64Array.from([a, b, c].flatMap(([x, y, z]) => [x * cs + y * ss, y * cs - x * ss, z]))
  return { rotation, scale, x: shift[0], y: shift[1] - centreY }
}

/** Millimetres per pixel where `height` mm fill a picture of 3:4: the whole field of view fits whatever the aspect. */
export function pixelFootprint(size: Size, height = fieldHeight): number {
  return Math.max(height / size.height, (0.75 * height) / size.width)
}

/** Writes the unit direction in camera space of the ray through pixel position (column, row) to `out`. */
export type Lens = (column: number, row: number, out: Float64Array) => void

/** @param turn - Degrees by which the whole picture is turned about its centre. */
export function createLens(size: Size, turn: number): Lens {
  const scale = pixelFootprint(size)
  const cos = scale * Math.cos((turn * Math.PI) / 180)
  const sin = scale * Math.sin((turn * Math.PI) / 180)
  return (column, row, out) => {
    const right = column - size.width / 2
    const up = size.height / 2 - row
    const x = cos * right + sin * up
    const y = cos * up - sin * right
    const length = Math.sqrt(x * x + y * y + cameraDistance * cameraDistance)
    out[0] = x / length
    out[1] = y / length
    out[2] = -cameraDistance / length
  }
}

/** Camera space point to object space; the lens is at (0, 0, cameraDistance). */
export function pointToObject(pose: Pose, x: number, y: number, z: number, out: Float64Array): void {
  directionToObject(pose, (x - pose.x) / pose.scale, (y - pose.y) / pose.scale, z / pose.scale, out)
}

/** Camera space direction to object space; lengths stay. */
export function directionToObject(
  { rotation: r }: Pose,
  x: number,
  y: number,
  z: number,
  out: Float64Array,
): void {
  out[0] = r[0]! * x + r[3]! * y + r[6]! * z
  out[1] = r[1]! * x + r[4]! * y + r[7]! * z
  out[2] = r[2]! * x + r[5]! * y + r[8]! * z
}
