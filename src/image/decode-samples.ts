/** Bytes of a file to raw samples at the file's own depth: the ground that images and masks are decoded on. */
import { readFile } from 'node:fs/promises'
import type { SharpOptions } from 'sharp'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { decodeBmp } from './decode-bmp.ts'
import type { Size } from './image.ts'
import { describeStranger, findImageFormat, type ImageFormat, maximumPixels } from './image-format.ts'
import { sharp } from './native-sharp.ts'

/** Upright, alpha composited over black. */
export interface Samples extends Size {
  readonly format: ImageFormat
  readonly channels: 1 | 3
  /** [height, width, channels]; 0..255, or 0..65535 for files of 16 bit. */
  readonly data: Uint8Array | Uint16Array
}

/** 'error': a truncated file is refused; harmless warnings (odd profiles, unknown tags) are not. */
export const sharpOptions: SharpOptions = {
  failOn: 'error',
  limitInputPixels: maximumPixels,
  ignoreIcc: true,
}

/**
 * @param source - Path of a file, or its bytes.
 * @throws {InputError} as `decodeImage`.
 */
export async function decodeSamples(source: string | Uint8Array): Promise<Samples> {
  const path = typeof source === 'string' ? source : 'image in memory'
  const bytes = typeof source === 'string' ? await readBytes(source) : source
  const format = findImageFormat(bytes)
  if (format === undefined) throw new InputError(path, describeStranger(bytes.subarray(0, 64)))
  if (format === 'BMP') return { format, channels: 3, ...decodeBmp(path, bytes) }
  try {
    return { format, ...(await decodeBySharp(bytes)) }
  } catch (cause) {
    throw new InputError(path, `cannot be decoded as ${format}: ${reasonOf(cause)}`, { cause })
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(path, `cannot be read: ${systemReason(cause)}`, { cause })
  }
}

async function decodeBySharp(bytes: Uint8Array): Promise<Omit<Samples, 'format'>> {
  const pipeline = sharp(bytes, sharpOptions)
  const { depth, space, hasAlpha } = await pipeline.metadata()
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw new Error(`samples of type ${depth}; 8 and 16 bit unsigned are supported`)
  }
  const isGrey = space === 'b-w' || space === 'grey16'
  const spaces = depth === 'uchar' ? ['b-w', 'srgb'] : ['grey16', 'rgb16']
  if (hasAlpha) pipeline.flatten({ background: '#000' })
  const { data, info } = await pipeline
    .autoOrient()
    .toColourspace(isGrey ? spaces[0]! : spaces[1]!)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  if (channels !== 1 && channels !== 3) throw new Error(`${channels} channels`)
  const TypedArray = depth === 'uchar' ? Uint8Array : Uint16Array
  const length = width * height * channels
  return { width, height, channels, data: new TypedArray(data.buffer, data.byteOffset, length) }
}

/** The native library's words, shortened to their first line, or ours where we know better. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/pixel limit/.test(message)) return `it is above the limit of ${maximumPixels / 1e6} megapixels`
  const reason = message
    .split('\n')
    .map((line) => line.replace(/^(\w*vips\w*|Input buffer( has corrupt header)?): ?/i, ''))
    .find((line) => line !== '')
  const isCut = /premature end|read error|bad seek|unable to parse|unsupported image format/.test(message)
  if (reason === undefined) return 'it is truncated or damaged'
  return isCut ? `it is truncated or damaged (${reason})` : reason
}
