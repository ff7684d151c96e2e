/**
 * Nominal patches brought to mean 0 and, over all channels together, deviation 1, so that the noise's deviation means the same
 * whatever the backbone. The proportions of the channels stay.
 */
import { filled, type TensorData, tensor } from '../../graph/index.ts'
import type { Standardisation } from './glass-file.ts'
import type { Pool } from './patch-pool.ts'

/** What leaves patches as they are: (x - 0) * 1. */
export const asTheyAre = (dims: number): Standardisation => ({
  mean: filled('float32', [dims], 0),
  factor: filled('float32', [dims], 1),
})

export function standardisationOf({ rows, count, dims }: Pool): Standardisation {
  const sums = new Float64Array(dims)
  const squares = new Float64Array(dims)
  for (let at = 0, dim = 0; at < rows.length; at++) {
    const value = rows[at]!
    sums[dim]! += value
    squares[dim]! += value * value
    if (++dim === dims) dim = 0
  }
  const mean = sums.map((sum) => sum / count)
  const variance = squares.reduce(
    (sum, square, dim) => sum + Math.max(0, square / count - mean[dim]! ** 2),
    0,
  )
  const factor = variance > 0 ? 1 / Math.sqrt(variance / dims) : 1
  return { mean: tensor(Float32Array.from(mean), [dims]), factor: filled('float32', [dims], factor) }
}

/** @param rows - float32, [count, dims]. @returns The same array. */
export function standardiseInPlace(rows: Float32Array, { mean, factor }: Standardisation): Float32Array {
  const [middle, scale] = [mean, factor].map(({ data }: TensorData) => data as Float32Array) as [
    Float32Array,
    Float32Array,
  ]
  const dims = middle.length
  for (let at = 0, dim = 0; at < rows.length; at++) {
    rows[at] = (rows[at]! - middle[dim]!) * scale[dim]!
    if (++dim === dims) dim = 0
  }
  return rows
}
