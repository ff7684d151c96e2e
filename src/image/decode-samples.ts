/** Bytes of a file to raw samples at the file's own depth: the ground that images and masks are decoded on. */
import type { SharpOptions } from 'sharp'
import { InputError } from '../errors.ts'
import { readBytes } from '../files/read-bytes.ts'
import { decodeBmp } from './decode-bmp.ts'
import { decodePnm } from './decode-pnm.ts'
import type { Size } from './image.ts'
import {
  describeStranger,
  findImageFormat,
  type ImageFormat,
  maximumPixels,
  sizeLimit,
} from './image-format.ts'
import { sharp } from './native-sharp.ts'
import type { SampleArray } from './pixel-reading.ts'
import { refuseTiff } from './refuse-tiff.ts'
import { type TiffHead, tiffHeadOf } from './tiff-head.ts'

/** Upright. */
export interface Samples extends Size {
  readonly format: ImageFormat
  readonly channels: 1 | 3
  /** [height, width, channels]; 0..255, 0..65535 for files of 16 bit, numbers as stored for longer and floating ones. */
  readonly data: SampleArray
  /** [height, width], 0..255, where it was asked for and there is one; else it was composited over black. */
  readonly alpha: Uint8Array | null
}

export interface SamplesOptions {
  /** From 1; files of other formats than TIFF have only one. */
  readonly page?: number
  /** Keep transparency apart, and colours under it as they are stored. */
  readonly keepAlpha?: boolean
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
export async function decodeSamples(
  source: string | Uint8Array,
  options: SamplesOptions = {},
): Promise<Samples> {
  const path = typeof source === 'string' ? source : 'image in memory'
  const bytes = typeof source === 'string' ? await readBytes(source) : source
  const format = findImageFormat(bytes)
  if (format === undefined) throw new InputError(path, describeStranger(bytes.subarray(0, 160), path))
  if (format === 'BMP') return { format, channels: 3, alpha: null, ...decodeBmp(path, bytes) }
  if (format === 'PNM') return { format, alpha: null, ...scaledPnm(path, bytes) }
  const head = format === 'TIFF' ? await tiffHeadOf(bytes) : null
  try {
    if (head !== null) refuseTiff(head, options.page ?? 1)
    return { format, ...(await decodeBySharp(bytes, head, options)) }
  } catch (cause) {
    throw new InputError(path, `cannot be decoded as ${format}: ${reasonOf(cause)}`, { cause })
  }
}

/** Their largest value is part of the file, but 10 and 12 bits are to be read like those of other containers: as stored. */
function scaledPnm(path: string, bytes: Uint8Array): Pick<Samples, 'width' | 'height' | 'channels' | 'data'> {
  const { width, height, channels, data } = decodePnm(path, bytes)
  return { width, height, channels, data }
}

async function decodeBySharp(
  bytes: Uint8Array,
  head: TiffHead | null,
  { page = 1, keepAlpha = false }: SamplesOptions,
): Promise<Omit<Samples, 'format'>> {
  const isFirst = head === null || page === 1
  const pipeline = sharp(bytes, isFirst ? sharpOptions : { ...sharpOptions, page: page - 1 })
  const { depth, space, hasAlpha, width: w, height: h } = await pipeline.metadata()
  if (w * h > maximumPixels) throw new Error(sizeLimit({ width: w, height: h }))
  const isGrey = head === null ? space === 'b-w' || space === 'grey16' : head.photometric < 2
  const isWhole = depth === 'uchar' || depth === 'ushort'
  // libvips takes any band beyond the colours for alpha; a TIFF says what it is.
  const hasTransparency = hasAlpha && (head === null || head.extra[0] === 1 || head.extra[0] === 2)
  if (hasTransparency && !keepAlpha) pipeline.flatten({ background: '#000' })
  const target = isWhole
    ? (depth === 'uchar' ? ['b-w', 'srgb'] : ['grey16', 'rgb16'])[isGrey ? 0 : 1]!
    : space // numbers as they are
  const { data, info } = await pipeline
    .autoOrient()
    .toColourspace(target)
    .raw({ depth: isWhole ? depth : 'double' })
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const stored: number = info.channels
  const colours = isGrey ? 1 : 3
  if (stored < colours) throw new Error(`${stored} channels`)
  const TypedArray = !isWhole ? Float64Array : depth === 'uchar' ? Uint8Array : Uint16Array
  const size = TypedArray.BYTES_PER_ELEMENT
  const whole = data.byteOffset % size === 0 ? data : Uint8Array.from(data)
  const all = new TypedArray(whole.buffer, whole.byteOffset, width * height * stored)
  return {
    width,
    height,
    channels: colours,
    data: stored === colours ? all : pickBands(all, stored, 0, colours),
    alpha: hasTransparency && keepAlpha ? alphaOf(all, stored, colours) : null,
  }
}

function pickBands<Data extends SampleArray>(all: Data, stored: number, first: number, count: number): Data {
  const picked = all.slice(0, (all.length / stored) * count) as Data
  for (let from = first, to = 0; to < picked.length; from += stored) {
    for (let c = 0; c < count; c++) picked[to++] = all[from + c]!
  }
  return picked
}

function alphaOf(all: SampleArray, stored: number, colours: number): Uint8Array {
  const alpha = pickBands(all, stored, colours, 1)
  return alpha instanceof Uint16Array ? Uint8Array.from(alpha, (value) => value >> 8) : Uint8Array.from(alpha)
}

/** The native library's words, shortened to their first line, or ours where we know better. */
export function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/pixel limit/.test(message)) return sizeLimit({ width: 0, height: 0 })
  const reason = message
    .split('\n')
    .map((line) => line.replace(/^(\w*vips\w*|Input buffer( has corrupt header)?): ?/i, ''))
    .find((line) => line !== '')
  const isCut = /premature end|read error|bad seek|unable to parse|unsupported image format/.test(message)
  if (reason === undefined) return 'it is truncated or damaged'
  return isCut ? `it is truncated or damaged (${reason})` : reason
}
