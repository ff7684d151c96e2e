/** Gaussian blur. */
import type { Image } from './image.ts'

/** Weights at -radius..radius, in pixels; they sum to 1. @param sigma - Pixels, above 0. */
export function gaussianKernel(sigma: number, radius: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/**
 * Gaussian blur, cut off at 3 sigma; edge pixels are repeated outwards.
 *
 * @param sigma - Pixels; 0 changes nothing. Cost: O(pixels x sigma).
 */
export function blurImage(image: Image, sigma: number): Image {
  const radius = Math.ceil(3 * sigma)
  if (radius === 0) return image
  const kernel = gaussianKernel(sigma, radius)
  const { width, height, data } = image
  const half = blurLines(Float64Array.from(data), width, height, 3, 3 * width, kernel)
  const whole = blurLines(half, height, width, 3 * width, 3, kernel)
  return { width, height, data: Uint8Array.from(whole, Math.round) }
}

/** Blurs along lines of `length` pixels `step` apart; `lines` of them, `pitch` apart; three channels. */
function blurLines(
  data: Float64Array,
  length: number,
  lines: number,
  step: number,
  pitch: number,
  kernel: Float64Array,
): Float64Array {
  const out = new Float64Array(data.length)
  const radius = kernel.length >> 1
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      const to = line * pitch + i * step
      for (let k = 0; k < kernel.length; k++) {
        const at = Math.min(length - 1, Math.max(0, i + k - radius))
        const from = line * pitch + at * step
        const weight = kernel[k]!
        out[to]! += weight * data[from]!
        out[to + 1]! += weight * data[from + 1]!
        out[to + 2]! += weight * data[from + 2]!
      }
    }
  }
  return out
}
