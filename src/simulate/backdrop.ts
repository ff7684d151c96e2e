/** What lies behind the part: a dark cabinet wall that throws the flash back, and a blue ring before it. */
import type { Size } from '../image/image.ts'
import { createRandom } from '../math/random.ts'
import { cameraDistance, type Pose, pixelRay, toObject } from './camera.ts'
import { type DistanceField, sceneBox } from './link-shape.ts'
import { march } from './march.ts'
import { createNoise } from './noise.ts'
import type { SceneSpec } from './render-spec.ts'

/** The wall's plane in camera space: mm behind the fixture's axis. */
const wallDepth = 100
/** The ring's tube on the wall: centre, radius of its centre line and of its tube, mm. */
const ring = { x: 0, y: 4, radius: 62, tube: 5.5 } as const

/** Linear RGB seen along a camera ray, 0..1 and above; `light` is the share of the flash that reaches the wall. */
export type Backdrop = (ray: Float64Array, light: number, out: Float64Array) => void

export function createBackdrop(scene: SceneSpec): Backdrop {
  if (scene.background === 'plain') {
    return (_ray, _light, out) => {
      out[0] = 0.24
      out[1] = 0.245
      out[2] = 0.25
    }
  }
  const noise = createNoise(createRandom(0, 'cabinet')) // every picture shows the same cabinet
  const sample = new Float64Array(4)
  const [flashX, flashY] = scene.flash
  const flashZ = cameraDistance - 8

  return (ray, light, out) => {
    const along = (cameraDistance + wallDepth) / -ray[2]!
    const x = along * ray[0]!
    const y = along * ray[1]!
    const r = Math.sqrt((x - ring.x) ** 2 + (y - ring.y) ** 2)
    const tube = (r - ring.radius) / ring.tube
    const onRing = Math.abs(tube) < 1
    // The wall's plane faces the camera; the ring's normal leans outwards with `tube`.
    const nz = onRing ? Math.sqrt(1 - tube * tube) : 1
    const nx = onRing ? (tube * (x - ring.x)) / r : 0
    const ny = onRing ? (tube * (y - ring.y)) / r : 0
    let lx = flashX - x
    let ly = flashY - y
    let lz = flashZ + wallDepth
    const far2 = lx * lx + ly * ly + lz * lz
    const far = Math.sqrt(far2)
    lx /= far
    ly /= far
    lz /= far
    const falloff = (cameraDistance * cameraDistance) / far2
    const lambert = Math.max(0, nx * lx + ny * ly + nz * lz)
    const hx = lx - ray[0]!
    const hy = ly - ray[1]!
    const hz = lz - ray[2]!
    const facing = (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz)
    const lit = falloff * (0.18 + 0.82 * light)
    if (onRing) {
      const gloss = facing ** 60
      out[0] = lit * (0.02 * lambert + 0.24 * gloss) + 0.004
      out[1] = lit * (0.085 * lambert + 0.26 * gloss) + 0.01
      out[2] = lit * (0.4 * lambert + 0.3 * gloss) + 0.03
      return
    }
    noise(x * 0.05, y * 0.012, 3, sample)
    let paint = 1 + 0.16 * sample[0]!
    noise(x * 0.4, y * 0.4, 9, sample)
    paint += 0.07 * sample[0]!
    // Panel seams of the cabinet, and the contact shadow of the ring.
    if (Math.abs(x + 43) < 0.9 || Math.abs(y - 71) < 0.9) paint *= 0.45
    paint *= 1 - 0.5 * Math.exp(-(((Math.abs(r - ring.radius) - ring.tube) / 3) ** 2))
    const glare = 0.24 * facing ** 420 + 0.1 * facing ** 60
    out[0] = paint * lit * (0.062 * lambert + glare) + 0.006
    out[1] = paint * lit * (0.066 * lambert + glare) + 0.0065
    out[2] = paint * lit * (0.073 * lambert + glare * 1.04) + 0.0075
  }
}

/** Pixels per cell of the wall's shadow map, which is soft anyway. */
const cellPixels = 3

/** Share of the flash that reaches the wall, [height, width], 0..1: the drop shadow of part and clamp. */
export function wallShadow(field: DistanceField, pose: Pose, scene: SceneSpec, size: Size): Float32Array {
  const columns = Math.ceil(size.width / cellPixels) + 1
  const rows = Math.ceil(size.height / cellPixels) + 1
  const cells = new Float32Array(columns * rows)
  const ray = new Float64Array(3)
  const from = new Float64Array(3)
  const to = new Float64Array(3)
  toObject(pose, scene.flash[0], scene.flash[1], cameraDistance - 8, 1, to)
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      pixelRay(size, i * cellPixels, j * cellPixels, ray)
      const along = (cameraDistance + wallDepth) / -ray[2]!
      toObject(pose, along * ray[0]!, along * ray[1]!, -wallDepth, 1, from)
      const dx = to[0]! - from[0]!
      const dy = to[1]! - from[1]!
      const dz = to[2]! - from[2]!
      const far = Math.sqrt(dx * dx + dy * dy + dz * dz)
      const hit = march(field, sceneBox, from[0]!, from[1]!, from[2]!, dx / far, dy / far, dz / far, 0.3)
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
