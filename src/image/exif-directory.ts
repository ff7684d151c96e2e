/**
 * The directory of EXIF tags in an image file.
 *
 * Source: CIPA DC-008 (Exif 2.32); where the block lies: JPEG APP1, PNG `eXIf`, WebP `EXIF`, and in a TIFF the file itself.
 */
import { findImageFormat } from './image-format.ts'

/** @param bytes - A whole image file, or as much of its beginning as holds the EXIF. @returns null where there is none. */
export function openExif(bytes: Uint8Array): ExifDirectory | null {
  const block = exifBlock(bytes)
  return block === null ? null : openTiff(block)
}

/** The TIFF structure that holds the EXIF. */
function exifBlock(bytes: Uint8Array): Uint8Array | null {
  const format = findImageFormat(bytes)
  if (format === 'TIFF') return bytes
  if (format === 'JPEG') return jpegBlock(bytes)
  if (format === 'PNG') return chunk(bytes, 8, 'eXIf', (view, at) => view.getUint32(at), 4, 4)
  if (format === 'WebP') {
    const found = chunk(bytes, 12, 'EXIF', (view, at) => view.getUint32(at + 4, true), 0, 0)
    return found !== null && startsWith(found, 0, 'Exif\0\0') ? found.subarray(6) : found
  }
  return null
}

function jpegBlock(bytes: Uint8Array): Uint8Array | null {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!
    if (marker === 0xda) return null // the picture begins
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!
    if (marker === 0xe1 && startsWith(bytes, at + 4, 'Exif\0\0')) {
      return bytes.subarray(at + 10, at + 2 + length)
    }
    at += 2 + length
  }
  return null
}

/** Walks the chunks of PNG (length, name, data, checksum) and WebP (name, length, data, padding to even). */
function chunk(
  bytes: Uint8Array,
  start: number,
  name: string,
  lengthAt: (view: DataView, at: number) => number,
  nameOffset: number,
  trailer: number,
): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = start; at + 8 <= bytes.length; ) {
    const length = lengthAt(view, at)
    if (startsWith(bytes, at + nameOffset, name)) return bytes.subarray(at + 8, at + 8 + length)
    at += 8 + length + (trailer === 0 ? length % 2 : trailer)
  }
  return null
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

export interface ExifDirectory {
  readonly first: number
  /** Where each tag's entry lies. */
  entries(at: number): ReadonlyMap<number, number>
  longAt(entry: number): number
  shortAt(entry: number): number
  textAt(entry: number): string
}

function openTiff(bytes: Uint8Array): ExifDirectory | null {
  const isLittle = startsWith(bytes, 0, 'II*\0')
  if (bytes.length < 8 || !(isLittle || startsWith(bytes, 0, 'MM\0*'))) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries = (at: number): ReadonlyMap<number, number> => {
    const found = new Map<number, number>()
    if (at < 8 || at + 2 > bytes.length) return found
    const count = view.getUint16(at, isLittle)
    for (let i = 0; i < count && at + 14 + 12 * i <= bytes.length; i++) {
      const entry = at + 2 + 12 * i
      found.set(view.getUint16(entry, isLittle), entry)
    }
    return found
  }
  const longAt = (entry: number): number => view.getUint32(entry + 8, isLittle)
  const shortAt = (entry: number): number => view.getUint16(entry + 8, isLittle)
  const textAt = (entry: number): string => {
    const from = longAt(entry)
    return String.fromCharCode(...bytes.subarray(from, from + 19))
  }
  return { first: view.getUint32(4, isLittle), entries, longAt, shortAt, textAt }
}
