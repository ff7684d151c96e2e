/** What the head of an image file says about its samples, without decoding one. */
import { open } from 'node:fs/promises'
import { isSystemError } from '../files/atomic.ts'
import { readPnmSize } from './decode-pnm.ts'
import { findImageFormat, type ImageFormat } from './image-format.ts'
import { readTiffHead, type TiffHead } from './tiff-head.ts'

export interface PixelHead {
  readonly format: ImageFormat
  /** Of a sample, at most 16 for whole unsigned numbers; 32 for all that need a range to be stated. */
  readonly bits: 8 | 16 | 32
  readonly pages: number
  /** Bands that are neither colour nor transparency and are not read. */
  readonly furtherBands: number
  /** The value of white where the file says so itself, as PNM does. */
  readonly largest: number | null
  /** One band of grey, stored without loss: what an undeveloped mosaic is stored as. */
  readonly isPlainGrey: boolean
}

const headBytes = 512
const plain = { bits: 8, pages: 1, furtherBands: 0, largest: null, isPlainGrey: false } as const

/** @returns null where there is no file, or none that is read; whoever decodes it will say why. Cost: one read, two for TIFF. */
export async function readPixelHead(path: string): Promise<PixelHead | null> {
  try {
    const file = await open(path, 'r')
    try {
      const readAt = async (offset: number, length: number): Promise<Uint8Array> => {
        const bytes = new Uint8Array(length)
        const { bytesRead } = await file.read(bytes, 0, length, offset)
        return bytes.subarray(0, bytesRead)
      }
      return await headOf(await readAt(0, headBytes), readAt)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isSystemError(error)) return null
    throw error
  }
}

async function headOf(
  head: Uint8Array,
  readAt: (offset: number, length: number) => Promise<Uint8Array>,
): Promise<PixelHead | null> {
  const format = findImageFormat(head)
  if (format === undefined) return null
  if (format === 'PNG')
    return { ...plain, format, bits: head[24] === 16 ? 16 : 8, isPlainGrey: head[25] === 0 }
  if (format === 'PNM') {
    const largest = maybeLargest(head)
    const isPlainGrey = head[1] === 0x32 || head[1] === 0x35 // P2, P5
    const own = { ...plain, format, isPlainGrey }
    return largest === null || largest < 256 ? own : { ...own, bits: 16, largest }
  }
  if (format !== 'TIFF') return { ...plain, format }
  const tiff = await readTiffHead(readAt)
  return tiff === null ? { ...plain, format } : { ...ofTiff(tiff), format }
}

function ofTiff({
  bits,
  sampleFormat,
  pages,
  samples,
  photometric,
  extra,
}: TiffHead): Omit<PixelHead, 'format'> {
  const isUnsigned = sampleFormat === 1 || sampleFormat === 4 // 4: undefined, taken for unsigned
  const rgb = 2
  const colours = photometric === rgb ? 3 : photometric < rgb || photometric === 3 ? 1 : Math.min(samples, 4)
  const hasAlpha = extra[0] === 1 || extra[0] === 2
  return {
    bits: isUnsigned && bits <= 8 ? 8 : isUnsigned && bits <= 16 ? 16 : 32,
    pages,
    furtherBands: Math.max(0, samples - colours - (hasAlpha ? 1 : 0)),
    largest: null,
    isPlainGrey: samples === 1 && photometric < rgb,
  }
}

function maybeLargest(head: Uint8Array): number | null {
  try {
    return readPnmSize('', head).largest
  } catch {
    return null // who decodes it will say why
  }
}
