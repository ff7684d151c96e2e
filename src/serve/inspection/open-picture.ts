/** From the bytes that a client sent to pixels, with a limit on what they may unpack to that is checked before they do. */
import { InputError } from '../../errors.ts'
import { sha256 } from '../../files/hash.ts'
import { decodeImage } from '../../image/decode-image.ts'
import type { Image } from '../../image/image.ts'
import type { PixelReading } from '../../image/pixel-reading.ts'
import { imageSizeOf } from '../../image/read-image-size.ts'

/** A picture as it came. */
export interface SentPicture {
  readonly bytes: Uint8Array
  readonly sha256: string
}

export const sentPicture = (bytes: Uint8Array): SentPicture => ({ bytes, sha256: sha256(bytes) })

/**
 * @param name - What errors call it by; never a name of the client's.
 * @throws {InputError} It is no picture that is read, or of more pixels than `maximumPixels`.
 */
export async function openPicture(
  name: string,
  bytes: Uint8Array,
  maximumPixels: number,
  reading: PixelReading,
): Promise<Image> {
  if (bytes.length === 0) throw new InputError(name, 'is empty')
  const { width, height } = await renamed(name, () => imageSizeOf(bytes, name))
  if (width * height > maximumPixels) {
    const limit = `the station takes ${maximumPixels / 1e6} megapixels (--max-pixels)`
    throw new InputError(name, `has ${width}x${height} pixels: ${limit}`)
  }
  return renamed(name, () => decodeImage(bytes, reading))
}

/** Bytes have no path of their own. */
async function renamed<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof InputError) throw new InputError(name, cause.reason, { cause })
    throw cause
  }
}
