/**
 * Counted pixels as bytes, for another machine to go on with: little-endian words of 32 bits; sorted keys as the distance of each from the one
 * before it, seven bits to a byte, which takes about one byte a pixel.
 */
import { ModelError } from '../../../errors.ts'
import type { DefectPixels, PixelTally } from './pixel-tally.ts'

/** For messages: what the bytes are of. */
const name = 'counted pixels'

export function encodeDefects({ defects, regionAreas, regionImageAreas }: DefectPixels): Uint8Array {
  const pixels = defects.reduce((sum, { keys }) => sum + keys.length, 0)
  const words = new Uint32Array(2 + defects.length + 2 * regionAreas.length + 2 * pixels)
  let at = 0
  const put = (values: ArrayLike<number>): void => {
    words.set(values, at)
    at += values.length
  }
  put([defects.length, regionAreas.length])
  put(defects.map(({ keys }) => keys.length))
  put(regionAreas)
  put(regionImageAreas)
  for (const { keys } of defects) put(keys)
  for (const { regions } of defects) put(regions)
  return new Uint8Array(words.buffer)
}

/** @throws {ModelError} Bytes that are not what was counted. */
export function decodeDefects(bytes: Uint8Array): DefectPixels {
  const words = new Uint32Array(bytes.slice().buffer, 0, bytes.length >> 2)
  let at = 0
  const take = (count: number): Uint32Array => {
    if (at + count > words.length) throw new ModelError(name, 'are cut off')
    at += count
    return words.subarray(at - count, at)
  }
  const [images = 0, regions = 0] = take(2)
  const lengths = [...take(images)]
  const [regionAreas, regionImageAreas] = [take(regions), take(regions)]
  const keys = lengths.map(take)
  const owners = lengths.map(take)
  return {
    defects: keys.map((own, i) => ({ keys: own, regions: owners[i]! })),
    regionAreas: [...regionAreas],
    regionImageAreas: [...regionImageAreas],
  }
}

/** Of the pixels that are no defect. */
export function encodeOthers({ nominalImages, aroundDefects }: PixelTally): Uint8Array {
  const parts = [nominalImages, aroundDefects].flatMap((keys) => {
    const pieces = keys.pieces().map(encodePiece)
    return [
      wordsOf(pieces.length),
      ...pieces.flatMap(({ count, bytes }) => [wordsOf(count, bytes.length), bytes]),
    ]
  })
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** A piece is decoded when it is taken; those of nominal images come first. @throws {ModelError} Bytes that are not what was counted. */
export function decodePieces(bytes: Uint8Array): {
  nominalImages(): Generator<Uint32Array>
  aroundDefects(): Generator<Uint32Array>
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const word = (at: number): number => {
    if (at + 4 > bytes.length) throw new ModelError(name, 'are cut off')
    return view.getUint32(at, true)
  }
  /** Where the pieces of the first kind end. */
  const second = (): number => {
    let at = 4
    for (let left = word(0); left > 0; left--) at += 8 + word(at + 4)
    return at
  }
  function* from(start: number): Generator<Uint32Array> {
    let at = start + 4
    for (let left = word(start); left > 0; left--) {
      const [count, length] = [word(at), word(at + 4)]
      yield decodePiece(bytes.subarray(at + 8, at + 8 + length), count)
      at += 8 + length
    }
  }
  return { nominalImages: () => from(0), aroundDefects: () => from(second()) }
}

function wordsOf(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length)
  const view = new DataView(bytes.buffer)
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value, true)
  return bytes
}

/** Bytes that a word may take, seven bits to each. */
const longest = 5

/** @param keys - Ascending. */
function encodePiece(keys: Uint32Array): { readonly count: number; readonly bytes: Uint8Array } {
  const bytes = new Uint8Array(longest * keys.length)
  let [at, before] = [0, 0]
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    let left = key - before
    before = key
    for (; left > 0x7f; left >>>= 7) bytes[at++] = (left & 0x7f) | 0x80
    bytes[at++] = left
  }
  return { count: keys.length, bytes: bytes.slice(0, at) }
}

function decodePiece(bytes: Uint8Array, count: number): Uint32Array {
  const keys = new Uint32Array(count)
  let [at, key] = [0, 0]
  for (let i = 0; i < count; i++) {
    let [value, shift, byte] = [0, 0, 0x80]
    for (; byte > 0x7f; shift += 7) {
      if (at >= bytes.length) throw new ModelError(name, 'are cut off')
      byte = bytes[at++]!
      value |= (byte & 0x7f) << shift
    }
    key += value >>> 0
    keys[i] = key
  }
  return keys
}
