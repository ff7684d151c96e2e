/** The rim of a picture as its background: what colour it has, and how far other pixels are from it. */
import type { Image } from '../image/image.ts'
import { upperMedian, upperQuantile } from '../math/order-statistics.ts'

export interface Border {
  /** Indices of the pixels of the rim. */
  readonly pixels: readonly number[]
  /** Largest difference of a pixel's channels from the rim's median colour, 0..255. */
  difference(pixel: number): number
  /** That nine tenths of the rim do not exceed. */
  readonly spread: number
}

export function borderOf({ data, width, height }: Image): Border {
  const pixels: number[] = []
  for (let x = 0; x < width; x++) pixels.push(x, (height - 1) * width + x)
  for (let y = 1; y < height - 1; y++) pixels.push(y * width, (y + 1) * width - 1)
  const [red, green, blue] = [0, 1, 2].map((c) => upperMedian(pixels.map((at) => data[3 * at + c]!))) as [
    number,
    number,
    number,
  ]
  const difference = (at: number): number =>
    Math.max(
      Math.abs(data[3 * at]! - red),
      Math.abs(data[3 * at + 1]! - green),
      Math.abs(data[3 * at + 2]! - blue),
    )
  return { pixels, difference, spread: upperQuantile(pixels.map(difference), 0.9) }
}
