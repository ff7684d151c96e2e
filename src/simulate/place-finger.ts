/** A gripper's finger that reaches into the picture from one of its edges. */
import type { Size } from '../image/image.ts'
import { createRandom } from '../math/random.ts'
import type { Layers } from './forged-object.ts'
import type { SceneSpec } from './render-spec.ts'

/** Draws the finger at a pixel (over `light`, where one is given); returns its coverage, 0..1. */
export type Finger = (x: number, y: number, pixel: number, light?: Float32Array) => number

/** From one of the edges; drawn back until it covers no visible defect, so that the label stays true. */
export function placeFinger(layers: Layers, { finger, seed }: SceneSpec): Finger {
  const { width, height, defect } = layers
  const random = createRandom(seed, 'finger')
  const sides = random.shuffleInPlace([0, 1, 2, 3])
  const place = 0.25 + 0.5 * random.uniform()
  const lean = 0.25 * random.normal()
  for (const reach of [finger, 0.6 * finger, 0.3 * finger]) {
    for (const side of sides) {
      const candidate = createFinger(layers, side, place, lean, reach)
      let isClear = true
      for (let pixel = 0; isClear && pixel < defect.length; pixel++) {
        if (defect[pixel] === 0) continue
        isClear = candidate((pixel % width) + 0.5, Math.floor(pixel / width) + 0.5, pixel) === 0
      }
      if (isClear) return candidate
    }
  }
  return createFinger({ width, height }, sides[0]!, place, lean, 0)
}

function createFinger(
  { width, height }: Size,
  side: number,
  place: number,
  lean: number,
  reach: number,
): Finger {
  const isAcross = side < 2
  const depth = reach * (isAcross ? width : height)
  const breadth = isAcross ? height : width
  const half = 0.055 * Math.min(width, height)
  return (x, y, pixel, light) => {
    const inwards = side === 0 ? x : side === 1 ? width - x : side === 2 ? y : height - y
    const aside = (isAcross ? y : x) - place * breadth - lean * inwards
    const rounded = Math.max(0, inwards - (depth - half))
    const edge = Math.sqrt(rounded * rounded + aside * aside) - half
    if (edge > 2.5 * half || depth === 0) return 0
    const covered = Math.min(1, Math.max(0, 0.5 - edge))
    if (light === undefined) return covered
    // A round steel rod with a rubber tip, and its shadow on what lies below.
    const across = Math.min(1, Math.max(-1, aside / half))
    const shine = 0.5 * Math.exp(-(((across + 0.35) / 0.22) ** 2))
    const isTip = inwards > depth - 2.2 * half
    const tone = isTip ? 0.02 + 0.03 * (1 - across * across) : 0.05 + 0.1 * (1 - across * across) + shine
    const shadow = 1 - 0.45 * Math.exp(-((Math.max(0, edge) / half) ** 2))
    for (let c = 0; c < 3; c++) {
      light[3 * pixel + c] = covered * tone + (1 - covered) * light[3 * pixel + c]! * shadow
    }
    return covered
  }
}
