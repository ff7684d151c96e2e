/** What a camera and its lamp do to a picture: more or less light, a little out of focus, noise, compression. */
import { decodeImage } from '../../../image/decode-image.ts'
import { encodeJpeg } from '../../../image/encode-image.ts'
import type { Image } from '../../../image/image.ts'
import { fillNormal } from '../../../math/fill-normal.ts'
import type { Random } from '../../../math/random.ts'

/**
 * The picture with `factor` times the light, as a longer exposure would give it.
 *
 * Bytes are taken for sRGB (IEC 61966-2-1): light is what is multiplied, not grey levels. Whatever gets too bright is clipped.
 */
export function exposeImage({ width, height, data }: Image, factor: number): Image {
  const table = Uint8Array.from({ length: 256 }, (_, byte) =>
    Math.round(255 * encode(factor * decode(byte / 255))),
  )
  return { width, height, data: data.map((byte) => table[byte]!) }
}

const decode = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
const encode = (light: number): number =>
  Math.min(1, light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055)

/**
 * Gaussian blur, cut off at 3 sigma; edge pixels are repeated outwards.
 *
 * @param sigma - Pixels; 0 changes nothing. Cost: O(pixels x sigma).
 */
export function blurImage(image: Image, sigma: number): Image {
  const radius = Math.ceil(3 * sigma)
  if (radius === 0) return image
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const kernel = weights.map((weight) => weight / sum)
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

/** @param sigma - Standard deviation in grey levels of 255; each channel of each pixel gets its own. */
export function addNoise({ width, height, data }: Image, sigma: number, random: Random): Image {
  const noise = new Float32Array(data.length)
  fillNormal(noise, sigma, random)
  return {
    width,
    height,
    data: data.map((byte, i) => Math.min(255, Math.max(0, Math.round(byte + noise[i]!)))),
  }
}

/** @param quality - 1..100. */
export async function compressImage(image: Image, quality: number): Promise<Image> {
  return decodeImage(await encodeJpeg(image, quality))
}
