/** The pixels behind a reference to an image, wherever they are: in a file, in the bytes of one, or in memory already. */
import { InputError } from '../errors.ts'
import { decodeImage } from '../image/decode-image.ts'
import { repeatGrey } from '../image/grey.ts'
import type { Image } from '../image/image.ts'
import type { PixelReading } from '../image/pixel-reading.ts'
import type { ImageRef } from './vision.ts'

/**
 * @param reading - How pixels are read of files, and of bytes of one; absent for the plain way.
 * @param bytes - Of the file, where it was read already; null to read it.
 * @throws {InputError} It cannot be read or decoded; pixels that are not as many as width and height say.
 */
export async function readPicture(
  { path, picture }: ImageRef,
  bytes: Uint8Array | null,
  reading?: PixelReading,
): Promise<Image> {
  if (picture === undefined) return decodeImage(bytes ?? path, reading)
  return picture instanceof Uint8Array ? decodeImage(picture, reading) : checkPixels(path, picture)
}

/** One value a pixel is grey, three are RGB; cameras of both kinds are met. */
function checkPixels(name: string, { width, height, data }: Image): Image {
  const isSize = Number.isInteger(width) && width >= 1 && Number.isInteger(height) && height >= 1
  if (!isSize)
    throw new InputError(name, `expected pixels of a whole width and height, got ${width}x${height}`)
  const pixels = width * height
  if (data instanceof Uint8Array && data.length === 3 * pixels) return { width, height, data }
  if (data instanceof Uint8Array && data.length === pixels) return { width, height, data: repeatGrey(data) }
  throw new InputError(
    name,
    `expected a Uint8Array of ${3 * pixels} values (RGB) or ${pixels} (grey) for ${width}x${height} pixels, got ${
      data instanceof Uint8Array ? data.length : typeof data
    }`,
  )
}
