/** Uncompressed little-endian TIFF of any kind of sample, for tests: what cameras and instruments write. */

export interface TiffPlan {
  readonly width: number
  readonly height: number
  /** One array a page, [height, width, samples]. */
  readonly pages: readonly (
    | Uint8Array
    | Uint16Array
    | Int16Array
    | Uint32Array
    | Float32Array
    | Float64Array
  )[]
  /** Bits a sample; default by the array. */
  readonly bits?: number
  /** 0 white is zero, 1 black is zero, 2 RGB, 32803 colour filter array. */
  readonly photometric?: number
  /** Meaning of each band beyond the colours: 0 unspecified, 2 alpha. */
  readonly extra?: number
  readonly orientation?: number
}

export function encodeTiff({
  width,
  height,
  pages,
  bits,
  photometric = 1,
  extra = 0,
  orientation,
}: TiffPlan): Buffer {
  const parts: Buffer[] = [Buffer.from('II*\0\0\0\0\0', 'latin1')]
  let at = 8
  const append = (bytes: Buffer): number => {
    const start = at
    parts.push(bytes)
    at += bytes.length
    if (at % 2 === 1) {
      parts.push(Buffer.alloc(1))
      at++
    }
    return start
  }
  const shorts = (value: number, count: number): number => {
    if (count === 1) return value
    if (count === 2) return (value | (value << 16)) >>> 0
    const bytes = Buffer.alloc(2 * count)
    for (let k = 0; k < count; k++) bytes.writeUInt16LE(value, 2 * k)
    return append(bytes)
  }
  const directories = pages.map((data) => {
    const samples = data.length / (width * height)
    const format =
      data instanceof Int16Array ? 2 : data instanceof Float32Array || data instanceof Float64Array ? 3 : 1
    const depth = bits ?? 8 * data.BYTES_PER_ELEMENT
    const strip = append(Buffer.from(data.buffer, data.byteOffset, data.byteLength))
    const colours = photometric === 2 ? 3 : 1
    const further = samples - colours
    const entries: [number, number, number, number][] = [
      [256, 3, 1, width],
      [257, 3, 1, height],
      [258, 3, samples, shorts(depth, samples)],
      [259, 3, 1, 1],
      [262, 3, 1, photometric],
      [273, 4, 1, strip],
      ...(orientation === undefined ? [] : [[274, 3, 1, orientation] as [number, number, number, number]]),
      [277, 3, 1, samples],
      [278, 3, 1, height],
      [279, 4, 1, data.byteLength],
      [284, 3, 1, 1],
      ...(further > 0 ? [[338, 3, further, shorts(extra, further)] as [number, number, number, number]] : []),
      [339, 3, samples, shorts(format, samples)],
    ]
    const bytes = Buffer.alloc(2 + 12 * entries.length + 4)
    bytes.writeUInt16LE(entries.length, 0)
    entries.forEach(([tag, type, count, value], k) => {
      bytes.writeUInt16LE(tag, 2 + 12 * k)
      bytes.writeUInt16LE(type, 4 + 12 * k)
      bytes.writeUInt32LE(count, 6 + 12 * k)
      bytes.writeUInt32LE(value, 10 + 12 * k)
    })
    return { start: append(bytes), bytes }
  })
  parts[0]!.writeUInt32LE(directories[0]!.start, 4)
  directories.forEach(({ bytes }, k) => {
    bytes.writeUInt32LE(directories[k + 1]?.start ?? 0, bytes.length - 4)
  })
  return Buffer.concat(parts)
}
