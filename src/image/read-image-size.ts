/** Width and height of an image file without decoding it. */
import { open } from 'node:fs/promises'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { readBmpSize } from './decode-bmp.ts'
import { readPnmSize } from './decode-pnm.ts'
import { reasonOf, sharpOptions } from './decode-samples.ts'
import type { Size } from './image.ts'
import { describeStranger, findImageFormat } from './image-format.ts'
import { sharp } from './native-sharp.ts'

/**
 * Size of the upright image (EXIF orientation applied), as `decodeImage` would give it.
 *
 * @throws {InputError} Missing, no image, or a damaged header. Damage behind the header goes unnoticed.
 * Cost: the header only.
 */
export async function readImageSize(path: string): Promise<Size> {
  return sizeOf(path, await readHead(path, 1024), path)
}

/**
 * The same of the bytes of a file.
 *
 * @param name - What errors call it by. @throws {InputError} As {@link readImageSize}.
 */
export function imageSizeOf(bytes: Uint8Array, name: string): Promise<Size> {
  return sizeOf(name, bytes.subarray(0, 1024), bytes)
}

async function sizeOf(path: string, head: Uint8Array, source: string | Uint8Array): Promise<Size> {
  const format = findImageFormat(head)
  if (format === undefined) throw new InputError(path, describeStranger(head, path))
  if (format === 'BMP') return readBmpSize(path, head)
  if (format === 'PNM') {
    const { width, height } = readPnmSize(path, head)
    return { width, height }
  }
  try {
    const { autoOrient } = await sharp(source, sharpOptions).metadata()
    return { width: autoOrient.width, height: autoOrient.height }
  } catch (cause) {
    throw new InputError(path, `cannot be decoded as ${format}: ${reasonOf(cause)}`, { cause })
  }
}

async function readHead(path: string, length: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      const head = new Uint8Array(length)
      const { bytesRead } = await file.read(head, 0, length, 0)
      return head.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(path, `cannot be read: ${systemReason(cause)}`, { cause })
  }
}
