/** Masks at a bit a pixel, to be kept or sent. */
import type { Mask, Size } from './image.ts'

export interface PackedMask extends Size {
  /** Row after row, the first pixel in the lowest bit of the first byte. */
  readonly bits: Uint8Array
}

export function packMask({ width, height, data }: Mask): PackedMask {
  const bits = new Uint8Array(Math.ceil(data.length / 8))
  for (let i = 0; i < data.length; i++) if (data[i] === 1) bits[i >> 3]! |= 1 << (i & 7)
  return { width, height, bits }
}

export function unpackMask({ width, height, bits }: PackedMask): Mask {
  const data = new Uint8Array(width * height)
  for (let i = 0; i < data.length; i++) data[i] = (bits[i >> 3]! >> (i & 7)) & 1
  return { width, height, data }
}
