/** The camera's ray through a pixel, and how the held part lies before it. */
import type { Size } from '../image/image.ts'
import type { ViewSpec } from './render-spec.ts'

/** Camera to the fixture's axis, mm. */
export const cameraDistance = 330
/** What a picture of 3:4 shows at the fixture's axis: height in mm, and the height of its centre. */
const fieldHeight = 134
const centreY = 9.5

/** A rotation from object to camera space, row-major 3x3, with the translation that follows it. */
export interface Pose {
  readonly rotation: Float64Array
  readonly x: number
  readonly y: number
}

/** Turns about the fixture's axis, then tilts, rolls and shifts. */
export function createPose({ yaw, pitch, roll, shift }: ViewSpec): Pose {
  const radians = Math.PI / 180
  const cy = Math.cos(yaw * radians)
  const sy = Math.sin(yaw * radians)
  const cp = Math.cos(pitch * radians)
  const sp = Math.sin(pitch * radians)
  const cr = Math.cos(roll * radians)
  const sr = Math.sin(roll * radians)
  // Rz(roll) Rx(pitch) Ry(yaw)
  const rotation = Float64Array.of(
    cr * cy - sr * sp * sy,
    -sr * cp,
    cr * sy + sr * sp * cy,
    sr * cy + cr * sp * sy,
    cr * cp,
    sr * sy - cr * sp * cy,
    -cp * sy,
    sp,
    cp * cy,
  )
  return { rotation, x: shift[0], y: shift[1] }
}

/** Millimetres at the fixture's axis per pixel: the whole field of view fits whatever the aspect. */
export function pixelFootprint({ width, height }: Size): number {
  return Math.max(fieldHeight / height, (0.75 * fieldHeight) / width)
}

/** Unit direction in camera space of the ray through pixel position (column, row); written to `out`. */
export function pixelRay(size: Size, column: number, row: number, out: Float64Array): void {
  const scale = pixelFootprint(size)
  const x = (column - size.width / 2) * scale
  const y = -(row - size.height / 2) * scale
  const length = Math.sqrt(x * x + y * y + cameraDistance * cameraDistance)
  out[0] = x / length
  out[1] = y / length
  out[2] = -cameraDistance / length
}

/** Camera space vector to object space; `translate` is 1 for points (the lens is at (0, centreY, cameraDistance)), 0 for directions. */
export function toObject(
  pose: Pose,
  x: number,
  y: number,
  z: number,
  translate: 0 | 1,
  out: Float64Array,
): void {
  const r = pose.rotation
  const px = x - translate * pose.x
  const py = y - translate * (pose.y - centreY)
  out[0] = r[0]! * px + r[3]! * py + r[6]! * z
  out[1] = r[1]! * px + r[4]! * py + r[7]! * z
  out[2] = r[2]! * px + r[5]! * py + r[8]! * z
}
