/** A wall behind the part that throws the flash back, painted by the object it stands behind. */
import type { Size } from '../../image/image.ts'
import type { Backdrop } from '../backdrop.ts'
import { cameraDistance, createLens, type Pose, pointToObject } from '../camera.ts'
import type { SceneSpec, ViewSpec } from '../render-spec.ts'
import type { Box, DistanceField } from './distance-field.ts'
import { march } from './march.ts'

/** The wall's plane in camera space: mm behind the fixture's axis. */
const wallDepth = 100

/** A point of the wall as the paint describes it. */
export interface WallSpot {
  /** Unit normal; the bare wall faces the camera. */
  nx: number
  ny: number
  nz: number
  /** Diffuse reflectance. */
  red: number
  green: number
  blue: number
  /** Strength of a narrow and of a wide highlight. */
  sharp: number
  wide: number
  /** What it sends without the flash, as a share of its diffuse reflectance. */
  glow: number
}

/** Fills `out` for a point of the wall, mm from the fixture's axis. */
export type Paint = (x: number, y: number, out: WallSpot) => void

export function createWall(paint: Paint, scene: SceneSpec): Backdrop {
  const spot: WallSpot = { nx: 0, ny: 0, nz: 1, red: 0, green: 0, blue: 0, sharp: 0, wide: 0, glow: 0 }
  const [flashX, flashY] = scene.flash
  const flashZ = cameraDistance - 8
  return (ray, light, out) => {
    const along = (cameraDistance + wallDepth) / -ray[2]!
    const x = along * ray[0]!
    const y = along * ray[1]!
    paint(x, y, spot)
    const { nx, ny, nz, red, green, blue, glow } = spot
    let lx = flashX - x
    let ly = flashY - y
    let lz = flashZ + wallDepth
    const far2 = lx * lx + ly * ly + lz * lz
    const far = Math.sqrt(far2)
    lx /= far
    ly /= far
    lz /= far
    const hx = lx - ray[0]!
    const hy = ly - ray[1]!
    const hz = lz - ray[2]!
    const facing = (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz)
    const lambert = Math.max(0, nx * lx + ny * ly + nz * lz)
    const lit = ((cameraDistance * cameraDistance) / far2) * (0.18 + 0.82 * light)
    const gloss = spot.wide * facing ** 60 + (spot.sharp > 0 ? spot.sharp * facing ** 420 : 0)
    out[0] = lit * (red * lambert + gloss) + glow * red
    out[1] = lit * (green * lambert + gloss) + glow * green
    out[2] = lit * (blue * lambert + 1.04 * gloss) + glow * blue
  }
}

/** Pixels per cell of the wall's shadow map, which is soft anyway. */
const cellPixels = 3

/** Share of the flash that reaches the wall, [height, width], 0..1: the drop shadow of the part and what holds it. */
export function wallShadow(
  field: DistanceField,
  box: Box,
  pose: Pose,
  { turn }: ViewSpec,
  scene: SceneSpec,
  size: Size,
): Float32Array {
  const columns = Math.ceil(size.width / cellPixels) + 1
  const rows = Math.ceil(size.height / cellPixels) + 1
  const cells = new Float32Array(columns * rows)
  const lens = createLens(size, turn)
  const ray = new Float64Array(3)
  const from = new Float64Array(3)
  const to = new Float64Array(3)
  pointToObject(pose, scene.flash[0], scene.flash[1], cameraDistance - 8, to)
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      lens(i * cellPixels, j * cellPixels, ray)
      const along = (cameraDistance + wallDepth) / -ray[2]!
      pointToObject(pose, along * ray[0]!, along * ray[1]!, -wallDepth, from)
      const dx = to[0]! - from[0]!
      const dy = to[1]! - from[1]!
      const dz = to[2]! - from[2]!
      const far = Math.sqrt(dx * dx + dy * dy + dz * dz)
      const hit = march(field, box, from[0]!, from[1]!, from[2]!, dx / far, dy / far, dz / far, 0.3)
      cells[j * columns + i] = hit < 0 ? 1 : 0
    }
  }
  softenInPlace(cells, columns, rows)
  softenInPlace(cells, columns, rows)
  const light = new Float32Array(size.width * size.height)
  for (let y = 0; y < size.height; y++) {
    const j = Math.floor(y / cellPixels)
    const fy = y / cellPixels - j
    for (let x = 0; x < size.width; x++) {
      const i = Math.floor(x / cellPixels)
      const fx = x / cellPixels - i
      const at = j * columns + i
      const top = cells[at]! * (1 - fx) + cells[at + 1]! * fx
      const bottom = cells[at + columns]! * (1 - fx) + cells[at + columns + 1]! * fx
      light[y * size.width + x] = top * (1 - fy) + bottom * fy
    }
  }
  return light
}

/** Penumbra: each cell becomes the mean of itself and its neighbours, first along rows, then along columns. */
function softenInPlace(cells: Float32Array, columns: number, rows: number): void {
  for (const [step, lines, lineStep, length] of [
    [1, rows, columns, columns],
    [columns, columns, 1, rows],
  ] as const) {
    for (let n = 0; n < lines; n++) {
      let before = cells[n * lineStep]!
      for (let i = 1; i < length - 1; i++) {
        const at = n * lineStep + i * step
        const here = cells[at]!
        cells[at] = (before + here + cells[at + step]!) / 3
        before = here
      }
    }
  }
}
