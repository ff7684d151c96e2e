/**
 * Solves A X = B by Cholesky's decomposition.
 *
 * @param a - Symmetric, positive definite, row-major [n, n]; overwritten. @param b - [n, columns]; overwritten.
 * @returns X, in the memory of `b`.
 */
export function solveSymmetric(a: Float64Array, n: number, b: Float64Array, columns: number): Float64Array {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!
      if (i === j && !(sum > 0)) throw new RangeError('solveSymmetric: expected a positive definite matrix')
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!
    }
  }
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < columns; c++) {
      let sum = b[i * columns + c]!
      for (let k = 0; k < i; k++) sum -= a[i * n + k]! * b[k * columns + c]!
      b[i * columns + c] = sum / a[i * n + i]!
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = 0; c < columns; c++) {
      let sum = b[i * columns + c]!
      for (let k = i + 1; k < n; k++) sum -= a[k * n + i]! * b[k * columns + c]!
      b[i * columns + c] = sum / a[i * n + i]!
    }
  }
  return b
}
