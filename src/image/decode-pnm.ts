/**
 * Portable anymaps, which our build of libvips does not read: PBM, PGM and PPM as text and binary, up to 16 bits, and PAM.
 *
 * Source: the manual pages `pbm`, `pgm`, `ppm` and `pam` of Netpbm.
 */
import { InputError } from '../errors.ts'
import type { Size } from './image.ts'
import { maximumPixels, sizeLimit } from './image-format.ts'

export interface Anymap extends Size {
  /** Colours, without alpha. */
  readonly channels: 1 | 3
  /** [height, width, channels]. Up to 255 scaled to 0..255; above, the values as stored. */
  readonly data: Uint8Array | Uint16Array
  readonly largest: number
}

interface Header extends Size {
  readonly kind: number
  readonly depth: number
  readonly largest: number
  /** Where the pixels begin. */
  readonly at: number
}

/** @throws {InputError} As {@link decodePnm}, where the header is to blame. */
export function readPnmSize(path: string, head: Uint8Array): Size & { readonly largest: number } {
  const { width, height, largest } = readHeader(path, head)
  return { width, height, largest }
}

/**
 * @param path - Stands in the errors.
 * @throws {InputError} Truncated, contradictory, or above the limit of pixels.
 */
export function decodePnm(path: string, bytes: Uint8Array): Anymap {
  const header = readHeader(path, bytes)
  const { kind, width, height, depth, largest } = header
  const length = width * height * depth
  const raw = kind <= 3 ? readText(path, bytes, header, length) : readBinary(path, bytes, header, length)
  const isBitmap = kind === 1 || kind === 4
  const channels = depth >= 3 ? 3 : 1
  const data =
    largest < 256 ? new Uint8Array(width * height * channels) : new Uint16Array(width * height * channels)
  for (let i = 0, to = 0; i < length; i += depth) {
    for (let c = 0; c < channels; c++, to++) {
      const value = Math.min(raw[i + c]!, largest)
      // In a bitmap 1 is black.
      data[to] = isBitmap ? 255 * (1 - value) : largest < 256 ? Math.round((value * 255) / largest) : value
    }
  }
  return { width, height, channels, data, largest: isBitmap ? 255 : largest }
}

function readHeader(path: string, bytes: Uint8Array): Header {
  const fail = (reason: string): never => {
    throw new InputError(path, `cannot be decoded as PNM: ${reason}`)
  }
  const kind = bytes[1]! - 48
  const words = wordsOf(bytes, 2)
  const number = (what: string): number => {
    const { value: word } = words.next()
    if (word === undefined || !/^\d{1,9}$/.test(word.text)) return fail(`the header has no ${what}`)
    end = word.end
    return Number(word.text)
  }
  let end = 2
  let header: Omit<Header, 'at'>
  if (kind === 7) {
    const fields = new Map<string, string>()
    for (const word of words) {
      end = word.end
      if (word.text === 'ENDHDR') break
      const value = words.next().value
      if (value !== undefined) fields.set(word.text, value.text)
    }
    const field = (name: string): number => Number(fields.get(name) ?? fail(`the header has no ${name}`))
    header = {
      kind,
      width: field('WIDTH'),
      height: field('HEIGHT'),
      depth: field('DEPTH'),
      largest: field('MAXVAL'),
    }
  } else {
    const [width, height] = [number('width'), number('height')]
    const isBitmap = kind === 1 || kind === 4
    header = {
      kind,
      width,
      height,
      depth: kind === 3 || kind === 6 ? 3 : 1,
      largest: isBitmap ? 1 : number('maximum'),
    }
  }
  const { width, height, depth, largest } = header
  if (![width, height, depth, largest].every((value) => Number.isInteger(value) && value > 0))
    fail(`its size is ${width}x${height}, its depth ${depth}, its maximum ${largest}`)
  if (largest > 65535 || depth > 4) fail(`its depth is ${depth}, its maximum ${largest}`)
  if (width * height > maximumPixels) fail(sizeLimit(header))
  return { ...header, at: end + 1 } // one blank, then the pixels
}

interface Word {
  readonly text: string
  readonly end: number
}

/** Words between blanks; `#` to the end of its line is a comment. */
function* wordsOf(bytes: Uint8Array, start: number): Generator<Word, undefined> {
  let text = ''
  for (let at = start; at <= bytes.length; at++) {
    const byte = bytes[at]
    if (byte === 35 && text === '') {
      while (at < bytes.length && bytes[at] !== 10) at++
    } else if (byte === undefined || byte === 32 || (byte >= 9 && byte <= 13)) {
      if (text !== '') yield { text, end: at }
      text = ''
    } else text += String.fromCharCode(byte)
  }
}

const truncated = (path: string, found: number, expected: number): InputError =>
  new InputError(path, `cannot be decoded as PNM: it is truncated (${found} of ${expected} samples)`)

function readText(
  path: string,
  bytes: Uint8Array,
  { kind, at, largest }: Header,
  length: number,
): Uint16Array {
  const values = new Uint16Array(length)
  let count = 0
  if (kind === 1) {
    // Digits of a bitmap need no blanks between them.
    for (let i = at - 1; i < bytes.length && count < length; i++) {
      if (bytes[i] === 48 || bytes[i] === 49) values[count++] = bytes[i]! - 48
    }
  } else {
    for (const { text } of wordsOf(bytes, at - 1)) {
      if (count === length) break
      values[count++] = Math.min(largest, Number(text) || 0)
    }
  }
  if (count < length) throw truncated(path, count, length)
  return values
}

function readBinary(
  path: string,
  bytes: Uint8Array,
  header: Header,
  length: number,
): Uint16Array | Uint8Array {
  const { kind, at, width, height, largest } = header
  if (kind === 4) {
    const stride = Math.ceil(width / 8)
    if (bytes.length < at + stride * height) throw truncated(path, 8 * (bytes.length - at), length)
    return Uint8Array.from(
      { length },
      (_, i) =>
        (bytes[at + Math.floor(i / width) * stride + ((i % width) >> 3)]! >> (7 - ((i % width) & 7))) & 1,
    )
  }
  const size = largest < 256 ? 1 : 2
  if (bytes.length < at + size * length) throw truncated(path, Math.floor((bytes.length - at) / size), length)
  if (size === 1) return bytes.subarray(at, at + length)
  const values = new Uint16Array(length)
  for (let i = 0; i < length; i++) values[i] = (bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!
  return values
}
