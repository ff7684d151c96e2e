/** Puts the background behind part and fixture, and what came between: dust, a lamp's reflection, a gripper's finger. */
import { createRandom } from '../math/random.ts'
import type { Backdrop } from './backdrop.ts'
import { createLens, fieldHeight } from './camera.ts'
import type { Layers } from './forged-object.ts'
import { createNoise } from './noise.ts'
import { placeFinger } from './place-finger.ts'
import type { SceneSpec, ViewSpec } from './render-spec.ts'

export interface Composition {
  /** Linear RGB, [height, width, 3]. */
  readonly light: Float32Array
  /** [height, width], 0 or 1: the part as far as it can be seen; a finger never covers a defect. */
  readonly foreground: Uint8Array
}

/** Leaves the layers as they are. */
export function compose(layers: Layers, backdrop: Backdrop, view: ViewSpec, scene: SceneSpec): Composition {
  const { width, height } = layers
  const light = layers.light.slice()
  addBackdrop(light, layers, backdrop, view, scene)
  if (scene.glare > 0) addGlare(light, layers, scene)
  const foreground = layers.foreground.slice()
  if (scene.finger > 0) {
    const finger = placeFinger(layers, scene)
    for (let y = 0, pixel = 0; y < height; y++) {
      for (let x = 0; x < width; x++, pixel++) {
        if (finger(x + 0.5, y + 0.5, pixel, light) >= 0.5) foreground[pixel] = 0
      }
    }
  }
  return { light, foreground }
}

function addBackdrop(
  light: Float32Array,
  { width, height, coverage, behind }: Layers,
  backdrop: Backdrop,
  { turn }: ViewSpec,
  { dye, dust, seed }: SceneSpec,
): void {
  const castRay = createLens({ width, height }, turn)
  const noise = dust > 0 ? createNoise(createRandom(seed, 'dust')) : null
  const sample = new Float64Array(4)
  const ray = new Float64Array(3)
  const colour = new Float64Array(3)
  const scale = fieldHeight / height
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      const open = 1 - coverage[pixel]! / 255
      if (open === 0) continue
      castRay(column + 0.5, row + 0.5, ray)
      backdrop(ray, behind[pixel]!, colour)
      let white = 0
      if (noise !== null) {
        noise(column * scale * 0.09, row * scale * 0.09, 0, sample)
        const patch = sample[0]!
        noise(column * scale * 0.5, row * scale * 0.5, 7, sample)
        white = Math.min(1, Math.max(0, 1.3 * (patch + 0.6 * sample[0]! + 1.6 * dust - 0.65)))
      }
      const snow = white * (0.16 + 0.26 * behind[pixel]!)
      for (let c = 0; c < 3; c++) {
        light[3 * pixel + c]! += open * (dye[c]! * colour[c]! * (1 - white) + snow)
      }
    }
  }
}

/** White with the sensor is 1.6; this is above it whatever is below. */
const burnt = 2.4

/** A lamp mirrored in the part: an ellipse burnt out, its edge uneven as the surface is. */
function addGlare(light: Float32Array, layers: Layers, { glare, seed }: SceneSpec): void {
  const { width, height, coverage, foreground } = layers
  const random = createRandom(seed, 'glare')
  const inside: number[] = []
  for (let pixel = 0; pixel < foreground.length; pixel++) if (foreground[pixel] === 1) inside.push(pixel)
  const centre = inside.length > 0 ? inside[random.integer(inside.length)]! : 0
  const cx = centre % width
  const cy = Math.floor(centre / width)
  const slim = 1.3 + random.uniform()
  const minor = Math.sqrt((glare * width * height) / (Math.PI * slim))
  const lean = Math.PI * random.uniform()
  const cos = Math.cos(lean)
  const sin = Math.sin(lean)
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const u = (cos * (x - cx) + sin * (y - cy)) / (slim * minor)
      const v = (cos * (y - cy) - sin * (x - cx)) / minor
      const rho = Math.sqrt(u * u + v * v)
      if (rho > 3) continue
      const metal = 0.25 + (0.75 * coverage[pixel]!) / 255
      const halo = Math.exp(-((Math.max(0, rho - 0.75) / 0.45) ** 2))
      for (let c = 0; c < 3; c++) {
        light[3 * pixel + c]! += burnt * metal * halo * (0.45 + Math.min(0.55, 1.4 * light[3 * pixel + c]!))
      }
    }
  }
}
