/** Global anomalies before any gradient ascent: what is added to nominal patches, in the space of features. */
import { fillNormal } from '../../math/fill-normal.ts'
import type { Random } from '../../math/random.ts'

export interface GlobalAnomalies {
  /**
   * @param patches - Nominal ones, float32 [rows, dims], standardised.
   * @param shifts - Written: what is to be added to each.
   */
  shift(patches: Float32Array, shifts: Float32Array, stream: Random): Promise<void>
  close(): Promise<void>
}

/** Gaussian noise; each row's standard deviation is drawn between two, evenly on a logarithmic scale. */
export function gaussianNoise({ low, high }: { low: number; high: number }, dims: number): GlobalAnomalies {
  return {
    async shift(_patches, shifts, stream) {
      fillNormal(shifts, 1, stream)
      for (let start = 0; start < shifts.length; start += dims) {
        const deviation = low * (high / low) ** stream.uniform()
        for (let at = start; at < start + dims; at++) shifts[at]! *= deviation
      }
    },
    async close() {},
  }
}
