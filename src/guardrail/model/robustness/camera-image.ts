/** What a camera and its lamp do to a picture: more or less light, a little out of focus, noise, compression. */
import { decodeImage } from '../../../image/decode-image.ts'
import { encodeJpeg } from '../../../image/encode-image.ts'
import type { Image } from '../../../image/image.ts'
import { lightOfSrgb, srgbOfLight } from '../../../image/srgb.ts'
import { fillNormal } from '../../../math/fill-normal.ts'
import type { Random } from '../../../math/random.ts'

/**
 * The picture with `factor` times the light, as a longer exposure would give it.
 *
 * Bytes are taken for sRGB (IEC 61966-2-1): light is what is multiplied, not grey levels. Whatever gets too bright is clipped.
 */
export function exposeImage({ width, height, data }: Image, factor: number): Image {
  const table = Uint8Array.from({ length: 256 }, (_, byte) =>
    Math.round(255 * Math.min(1, srgbOfLight(factor * lightOfSrgb(byte / 255)))),
  )
  return { width, height, data: data.map((byte) => table[byte]!) }
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
