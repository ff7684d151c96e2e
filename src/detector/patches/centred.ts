/**
 * Rows shifted so that their mean is the origin: products of float32 rows that lie far from it lose the digits that tell
 * one neighbour from another. Distances do not change.
 */
export interface Centred {
  /** float32, shape [dims]. */
  readonly mean: Float32Array
  /** float32, shape [count, dims]. */
  readonly rows: Float32Array
}

export function centreRows(rows: Float32Array, dims: number): Centred {
  const sums = new Float64Array(dims)
  for (let start = 0; start < rows.length; start += dims) {
    for (let d = 0; d < dims; d++) sums[d]! += rows[start + d]!
  }
  const mean = Float32Array.from(sums, (sum) => sum / Math.max(1, rows.length / dims))
  const shifted = new Float32Array(rows.length)
  for (let start = 0; start < rows.length; start += dims) {
    for (let d = 0; d < dims; d++) shifted[start + d] = rows[start + d]! - mean[d]!
  }
  return { mean, rows: shifted }
}

/** Squared length of every row. */
export function rowSquares(rows: Float32Array, dims: number): Float32Array {
  const squares = new Float32Array(rows.length / dims)
  for (let i = 0; i < squares.length; i++) {
    let sum = 0
    for (let p = i * dims; p < (i + 1) * dims; p++) sum += rows[p]! * rows[p]!
    squares[i] = sum
  }
  return squares
}
