/** From a file, or its bytes, to an upright RGB image of 8 bit. */
import { InputError } from '../errors.ts'
import { decodeSamples } from './decode-samples.ts'
import { repeatGrey } from './grey.ts'
import type { Image } from './image.ts'
import { type PixelRange, type PixelReading, to8Bit } from './pixel-reading.ts'

const wholeRange: PixelRange = { low: 0, high: 65535 }

/**
 * Reads JPEG, PNG, TIFF, BMP, WebP and PNM, recognised by content.
 *
 * EXIF orientation is applied. Grey is repeated to RGB, palettes are looked up, CMYK goes through its standard profile;
 * other colour profiles are ignored, so that pixel values are those in the file, as in Pillow. Transparency is
 * composited over black; bands of a TIFF that are neither colour nor alpha are left out. Deeper samples are reduced by
 * the range, 16 bit without one to round(v / 257). Of several frames or pages the first is taken, or the one asked for.
 *
 * @param source - Path of a file, or the bytes of one.
 * @throws {InputError} Missing, empty, truncated, damaged, no image, above 400 megapixels, raw data of a sensor, signed
 * samples, 32-bit or floating ones without a range, or without the page; with the path and the reason.
 * Cost: decoding runs on libuv's threads, so several calls at once use several cores.
 */
export async function decodeImage(
  source: string | Uint8Array,
  { range, page }: PixelReading = {},
): Promise<Image> {
  const samples = await decodeSamples(source, page === undefined ? {} : { page })
  const { width, height, data } = samples
  if (data instanceof Float64Array && range === undefined) {
    throw new InputError(typeof source === 'string' ? source : 'image in memory', withoutRange(data))
  }
  const bytes = to8Bit(data, range ?? wholeRange)
  return { width, height, data: samples.channels === 3 ? bytes : repeatGrey(bytes) }
}

function withoutRange(data: Float64Array): string {
  let low = Infinity
  let high = -Infinity
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const found = low <= high ? `, here ${Number(low.toPrecision(4))} to ${Number(high.toPrecision(4))}` : ''
  return `holds 32-bit or floating-point samples${found}: say which values are black and white, for all images alike, with --range LOW..HIGH`
}
