/** A kept map read back. */
import { decodeNpy } from '../../files/npy.ts'
import type { ScoreMap } from '../../image/image.ts'

/** @param bytes - Of NumPy: [height, width], float32. */
export function mapOf(bytes: Uint8Array): ScoreMap {
  const { shape, data } = decodeNpy('map', bytes)
  const [height = 0, width = 0] = shape
  if (!(data instanceof Float32Array)) throw new Error('expected a map of float32')
  return { width, height, data }
}
