/** Turning, shifting and scaling a picture by any amount: what a part does that lies a little differently. */
import type { Image } from '../../../image/image.ts'

/** From a target pixel's place to the source's, both relative to the middle of the picture and in pixels. */
export interface Affine {
  readonly xx: number
  readonly xy: number
  readonly x: number
  readonly yx: number
  readonly yy: number
  readonly y: number
}

/** @param degrees - Clockwise. */
export function turned(degrees: number): Affine {
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return { xx: cos, xy: sin, x: 0, yx: -sin, yy: cos, y: 0 }
}

/** @param x - Pixels to the right. @param y - Pixels down. */
export const shifted = (x: number, y: number): Affine => ({ xx: 1, xy: 0, x: -x, yx: 0, yy: 1, y: -y })

/** @param factor - Above 1 the part looks larger. */
export const scaled = (factor: number): Affine => ({
  xx: 1 / factor,
  xy: 0,
  x: 0,
  yx: 0,
  yy: 1 / factor,
  y: 0,
})

/**
 * Cubic convolution (Keys 1981, a = -1/2), which blurs much less than bilinear sampling: a detector that minds the blur would
 * be said to mind the turn. Beyond its edge the picture is mirrored without repeating the edge.
 *
 * @returns A new image of the same size.
 * Cost: O(pixels), 16 taps each. Checked against: a direct sum over all pixels.
 */
export function warpImage({ width, height, data }: Image, { xx, xy, x, yx, yy, y }: Affine): Image {
  const out = new Uint8Array(data.length)
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2]
  const columns = new Int32Array(4)
  const across = new Float64Array(4)
  const down = new Float64Array(4)
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to += 3) {
      const [dx, dy] = [column - middleX, row - middleY]
      const fromX = middleX + xx * dx + xy * dy + x
      const fromY = middleY + yx * dx + yy * dy + y
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)]
      cubicWeights(fromX - left, across)
      cubicWeights(fromY - top, down)
      for (let i = 0; i < 4; i++) columns[i] = 3 * mirrored(left - 1 + i, width)
      let [red, green, blue] = [0, 0, 0]
      for (let j = 0; j < 4; j++) {
        const line = 3 * width * mirrored(top - 1 + j, height)
        for (let i = 0; i < 4; i++) {
          const weight = down[j]! * across[i]!
          const from = line + columns[i]!
          red += weight * data[from]!
          green += weight * data[from + 1]!
          blue += weight * data[from + 2]!
        }
      }
      out[to] = toByte(red)
      out[to + 1] = toByte(green)
      out[to + 2] = toByte(blue)
    }
  }
  return { width, height, data: out }
}

/** Weights of the pixels at -1, 0, 1 and 2 for a place `t` of the way from 0 to 1. */
function cubicWeights(t: number, weights: Float64Array): void {
  const [t2, t3] = [t * t, t * t * t]
  weights[0] = -0.5 * t + t2 - 0.5 * t3
  weights[1] = 1 - 2.5 * t2 + 1.5 * t3
  weights[2] = 0.5 * t + 2 * t2 - 1.5 * t3
  weights[3] = -0.5 * t2 + 0.5 * t3
}

/** ... 2 1 0 1 2 ... n-2 n-1 n-2 ... */
function mirrored(i: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const at = ((i % period) + period) % period
  return at < length ? at : period - at
}

const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value))

/** @returns A new image, left and right (or top and bottom) exchanged. */
export function flipImage({ width, height, data }: Image, way: 'left-right' | 'top-bottom'): Image {
  const out = new Uint8Array(data.length)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from =
        way === 'left-right' ? row * width + (width - 1 - column) : (height - 1 - row) * width + column
      const to = 3 * (row * width + column)
      for (let c = 0; c < 3; c++) out[to + c] = data[3 * from + c]!
    }
  }
  return { width, height, data: out }
}
