/** Writes BMP files byte by byte after the specification, for tests of the decoder. */

export interface BmpOptions {
  readonly width: number
  /** Negative for rows stored from the top. */
  readonly height: number
  readonly bits: number
  /** Stored rows, padding included. */
  readonly pixels: Uint8Array
  readonly compression?: number
  /** [entries, 3] RGB. */
  readonly palette?: readonly (readonly [number, number, number])[]
  /** Bit masks of red, green, blue. */
  readonly masks?: readonly number[]
  /** 12, 40 or more. */
  readonly headerSize?: number
  /** Unused bytes between palette and pixels. */
  readonly gap?: number
}

export function encodeBmp(options: BmpOptions): Uint8Array {
  const {
    width,
    height,
    bits,
    pixels,
    compression = 0,
    palette = [],
    masks = [],
    headerSize = 40,
    gap = 0,
  } = options
  const isCore = headerSize === 12
  const maskBytes = headerSize === 40 ? 4 * masks.length : 0
  const offset = 14 + headerSize + maskBytes + palette.length * (isCore ? 3 : 4) + gap
  const file = Buffer.alloc(offset + pixels.length)
  file.write('BM', 0, 'latin1')
  file.writeUInt32LE(file.length, 2)
  file.writeUInt32LE(offset, 10)
  file.writeUInt32LE(headerSize, 14)
  if (isCore) {
    file.writeUInt16LE(width, 18)
    file.writeUInt16LE(height, 20)
    file.writeUInt16LE(1, 22)
    file.writeUInt16LE(bits, 24)
  } else {
    file.writeInt32LE(width, 18)
    file.writeInt32LE(height, 22)
    file.writeUInt16LE(1, 26)
    file.writeUInt16LE(bits, 28)
    file.writeUInt32LE(compression, 30)
    file.writeUInt32LE(palette.length, 46)
    masks.forEach((mask, c) => {
      file.writeUInt32LE(mask, 54 + 4 * c)
    })
  }
  const start = 14 + headerSize + maskBytes
  palette.forEach(([red, green, blue], i) => {
    file.set([blue, green, red], start + i * (isCore ? 3 : 4))
  })
  file.set(pixels, offset)
  return file
}
