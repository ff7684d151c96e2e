/**
 * How the samples of a file become the 8 bits that everything downstream sees. One way for a whole dataset, recorded with
 * the model: an image must not look brighter because of what else lies in its own file.
 */

/** The levels that become 0 and 255; what lies outside is clipped. For files of more than 8 bits only. */
export interface PixelRange {
  readonly low: number
  readonly high: number
}

export interface PixelReading {
  /** Default: 0 to 65535 for whole numbers of 16 bit; other kinds of numbers have none and are refused. */
  readonly range?: PixelRange
  /** Which page of a file of several, from 1; default 1. */
  readonly page?: number
}

/** Samples of one picture at the depth of their file. */
export type SampleArray = Uint8Array | Uint16Array | Float64Array

/**
 * round(255 (v - low) / (high - low)), clipped; NaN becomes 0.
 *
 * For 0 to 65535 that is round(v / 257), since 65535 = 255 x 257.
 */
export function to8Bit(data: SampleArray, range: PixelRange): Uint8Array {
  if (data instanceof Uint8Array) return data
  const { low, high } = range
  const scale = 255 / (high - low)
  const bytes = new Uint8Array(data.length)
  if (low === 0 && high === 65535) {
    for (let i = 0; i < data.length; i++) bytes[i] = (data[i]! + 128) / 257 // the store truncates
    return bytes
  }
  for (let i = 0; i < data.length; i++) {
    const value = (data[i]! - low) * scale
    bytes[i] = value >= 255 ? 255 : value > 0 ? value + 0.5 : 0
  }
  return bytes
}

/** Depths of cameras; unscaled, their files hold values below 2 to that power. */
const depths = [8, 10, 12, 14] as const

/**
 * The depth that a camera wrote into a container of 16 bits without scaling it.
 *
 * @param largest - Sample of the whole dataset. @returns null where all 16 bits are used.
 */
export function depthOf(largest: number): number | null {
  return depths.find((bits) => largest < 2 ** bits) ?? null
}
