/** From a file, or its bytes, to an upright RGB image of 8 bit. */
import { decodeSamples, type Samples } from './decode-samples.ts'
import type { Image } from './image.ts'

/**
 * Reads JPEG, PNG, TIFF, BMP and WebP, recognised by content.
 *
 * EXIF orientation is applied. Grey is repeated to RGB, palettes are looked up, CMYK goes through its standard profile;
 * other colour profiles are ignored, so that pixel values are those in the file, as in Pillow. Transparency is
 * composited over black. 16 bit becomes round(v / 257). Of several frames or pages the first is taken.
 *
 * @param source - Path of a file, or the bytes of one.
 * @throws {InputError} Missing, empty, truncated, damaged, no image, or above 400 megapixels; with the path and the reason.
 * Cost: decoding runs on libuv's threads, so several calls at once use several cores.
 */
export async function decodeImage(source: string | Uint8Array): Promise<Image> {
  const samples = await decodeSamples(source)
  const { width, height } = samples
  return { width, height, data: toRgb(to8Bit(samples.data), samples.channels) }
}

function to8Bit(data: Uint8Array | Uint16Array): Uint8Array {
  if (data instanceof Uint8Array) return data
  const bytes = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) bytes[i] = (data[i]! + 128) / 257 // 65535 = 255 * 257; the store truncates
  return bytes
}

function toRgb(data: Uint8Array, channels: Samples['channels']): Uint8Array {
  if (channels === 3) return data
  const rgb = new Uint8Array(3 * data.length)
  for (let i = 0, to = 0; i < data.length; i++) {
    const grey = data[i]!
    rgb[to++] = grey
    rgb[to++] = grey
    rgb[to++] = grey
  }
  return rgb
}
