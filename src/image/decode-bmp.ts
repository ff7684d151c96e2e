/**
 * BMP, which libvips does not read: 1, 2, 4, 8, 16, 24 and 32 bits, palettes, bit fields, RLE4 and RLE8, top-down too.
 *
 * A fourth channel is ignored: most writers leave it 0 without meaning "transparent". Sources: Microsoft, "Bitmap
 * storage" and "BITMAPV5HEADER"; the OS/2 header of 12 bytes after "BITMAPCOREHEADER".
 */
import { InputError } from '../errors.ts'
import type { Image, Size } from './image.ts'
import { maximumPixels, sizeLimit } from './image-format.ts'

interface Header extends Size {
  readonly isTopDown: boolean
  readonly bits: number
  readonly compression: number
  /** Where the pixels begin. */
  readonly offset: number
  /** [entries, 3] RGB; empty where colours are direct. */
  readonly palette: Uint8Array
  /** Bit masks of red, green and blue. */
  readonly masks: readonly [number, number, number]
}

const uncompressed = 0
const rle8 = 1
const rle4 = 2
const bitFields = 3
const alphaBitFields = 6

/** @throws {InputError} As {@link decodeBmp}, where the header is to blame. */
export function readBmpSize(path: string, head: Uint8Array): Size {
  const { width, height } = readHeader(path, head, false)
  return { width, height }
}

/**
 * @param path - Stands in the errors.
 * @throws {InputError} Truncated, contradictory, above the limit of pixels, or a compression that is not BMP's own.
 */
export function decodeBmp(path: string, bytes: Uint8Array): Image {
  const header = readHeader(path, bytes, true)
  if (header.bits <= 8) return decodeIndexed(path, bytes, header)
  return decodeDirect(path, bytes, header)
}

function readHeader(path: string, bytes: Uint8Array, wantsPalette: boolean): Header {
  const fail = (reason: string): never => {
    throw new InputError(path, `cannot be decoded as BMP: ${reason}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 26) fail('the header is truncated')
  const headerSize = view.getUint32(14, true)
  const isCore = headerSize === 12
  if (!isCore && (headerSize < 40 || headerSize > 1024)) fail(`header of ${headerSize} bytes`)
  if (bytes.length < (isCore ? 26 : 54)) fail('the header is truncated')
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true)
  const signedHeight = isCore ? view.getUint16(20, true) : view.getInt32(22, true)
  const height = Math.abs(signedHeight)
  const bits = view.getUint16(isCore ? 24 : 28, true)
  const compression = isCore ? uncompressed : view.getUint32(30, true)
  if (width <= 0 || height === 0) fail(`its size is ${width}x${signedHeight}`)
  if (width * height > maximumPixels) {
    fail(sizeLimit({ width, height }))
  }
  if (![1, 2, 4, 8, 16, 24, 32].includes(bits)) fail(`${bits} bits per pixel`)
  const isRle = (compression === rle8 && bits === 8) || (compression === rle4 && bits === 4)
  const isFields = compression === bitFields || compression === alphaBitFields
  if (!(compression === uncompressed || isRle || (isFields && (bits === 16 || bits === 32)))) {
    fail(`compression ${compression} at ${bits} bits per pixel`)
  }
  const common = { width, height, isTopDown: signedHeight < 0, bits, compression }
  const offset = view.getUint32(10, true)
  const masks = defaultMasks(bits)
  if (!wantsPalette) return { ...common, offset, palette: new Uint8Array(0), masks }

  // The masks stand right behind the first 40 bytes of the header, inside a longer header or after a short one.
  if (isFields) {
    if (bytes.length < 66) fail('the header is truncated')
    for (let c = 0; c < 3; c++) masks[c] = view.getUint32(54 + 4 * c, true)
    if (masks.some((mask) => mask === 0)) fail('a bit mask is 0')
  }
  const listed = isCore ? 0 : view.getUint32(46, true)
  const entries = bits > 8 ? 0 : Math.min(listed === 0 ? 1 << bits : listed, 1 << bits)
  const entrySize = isCore ? 3 : 4
  const start = 14 + headerSize
  if (start + entries * entrySize > bytes.length) fail('the palette is truncated')
  const palette = new Uint8Array(3 << Math.min(bits, 8))
  for (let i = 0; i < entries; i++) {
    for (let c = 0; c < 3; c++) palette[3 * i + c] = bytes[start + i * entrySize + 2 - c]!
  }
  return { ...common, offset, palette, masks }
}

function defaultMasks(bits: number): [number, number, number] {
  return bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0x00ff00, 0x0000ff]
}

function decodeIndexed(path: string, bytes: Uint8Array, header: Header): Image {
  const { width, height, palette, compression } = header
  const indices = compression === uncompressed ? unpack(path, bytes, header) : unpackRuns(path, bytes, header)
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++) {
    const row = rowOf(header, y) * width
    for (let x = 0; x < width; x++) {
      const from = 3 * indices[y * width + x]!
      const to = 3 * (row + x)
      data[to] = palette[from]!
      data[to + 1] = palette[from + 1]!
      data[to + 2] = palette[from + 2]!
    }
  }
  return { width, height, data }
}

/** Picture row of the `y`th stored row. */
const rowOf = ({ isTopDown, height }: Header, y: number): number => (isTopDown ? y : height - 1 - y)

/** Bytes of a stored row, which ends at a multiple of 4; the last may lack its padding. */
function checkedStride(path: string, bytes: Uint8Array, { width, height, bits, offset }: Header): number {
  const stride = 4 * Math.ceil((width * bits) / 32)
  const needed = offset + stride * (height - 1) + Math.ceil((width * bits) / 8)
  if (offset < 26 || bytes.length < needed) {
    throw truncated(path, bytes.length, needed)
  }
  return stride
}

const truncated = (path: string, length: number, needed: number | string): InputError =>
  new InputError(path, `cannot be decoded as BMP: it is truncated (${length} of ${needed} bytes)`)

/** Palette indices in stored order. */
function unpack(path: string, bytes: Uint8Array, header: Header): Uint8Array {
  const { width, height, bits, offset } = header
  const stride = checkedStride(path, bytes, header)
  const indices = new Uint8Array(width * height)
  const perByte = 8 / bits
  const mask = (1 << bits) - 1
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = bytes[offset + y * stride + Math.floor(x / perByte)]!
      indices[y * width + x] = (byte >> (8 - bits * ((x % perByte) + 1))) & mask
    }
  }
  return indices
}

/** RLE4 and RLE8; pixels that no run covers have index 0, runs that leave the picture are cut. */
function unpackRuns(path: string, bytes: Uint8Array, header: Header): Uint8Array {
  const { width, height, bits, offset } = header
  const indices = new Uint8Array(width * height)
  let at = offset
  let x = 0
  let y = 0
  const put = (index: number): void => {
    if (x < width && y < height) indices[y * width + x] = index
    x++
  }
  const nibble = (byte: number, i: number): number => (i % 2 === 0 ? byte >> 4 : byte & 15)
  while (y < height) {
    if (at + 1 >= bytes.length) throw truncated(path, bytes.length, 'more')
    const count = bytes[at]!
    const value = bytes[at + 1]!
    at += 2
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bits === 8 ? value : nibble(value, i))
    } else if (value === 0) {
      x = 0
      y++
    } else if (value === 1) {
      break
    } else if (value === 2) {
      x += bytes[at] ?? 0
      y += bytes[at + 1] ?? 0
      at += 2
    } else {
      for (let i = 0; i < value; i++) {
        put(bits === 8 ? (bytes[at + i] ?? 0) : nibble(bytes[at + (i >> 1)] ?? 0, i))
      }
      at += 2 * Math.ceil((value * bits) / 16) // literal runs end at a multiple of 2 bytes
    }
  }
  return indices
}

function decodeDirect(path: string, bytes: Uint8Array, header: Header): Image {
  const { width, height, bits, offset, masks } = header
  const stride = checkedStride(path, bytes, header)
  const data = new Uint8Array(3 * width * height)
  const size = bits / 8
  const shifts = masks.map((mask) => 31 - Math.clz32(mask & -mask))
  const tops = masks.map((mask, c) => mask >>> shifts[c]!)
  for (let y = 0; y < height; y++) {
    let to = 3 * rowOf(header, y) * width
    for (let x = 0; x < width; x++, to += 3) {
      const from = offset + y * stride + x * size
      if (bits === 24) {
        data[to] = bytes[from + 2]!
        data[to + 1] = bytes[from + 1]!
        data[to + 2] = bytes[from]!
        continue
      }
      let value = bytes[from]! | (bytes[from + 1]! << 8)
      if (bits === 32) value |= (bytes[from + 2]! << 16) | (bytes[from + 3]! << 24)
      for (let c = 0; c < 3; c++) {
        data[to + c] = Math.round((((value & masks[c]!) >>> shifts[c]!) * 255) / tops[c]!)
      }
    }
  }
  return { width, height, data }
}
