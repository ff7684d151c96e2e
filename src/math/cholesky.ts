/** Cholesky factors of small symmetric positive definite matrices, and inverses of triangular ones; row-major, [n, n]. */

/**
 * The lower triangular L of matrix = L Lᵀ.
 *
 * @param entry - Of the matrix, for column <= row.
 * @param leastPivot - Squares of the diagonal below it are taken for it: 0 for a matrix that is surely positive definite.
 */
export function cholesky(
  n: number,
  entry: (row: number, column: number) => number,
  leastPivot = 0,
): Float64Array {
  const factor = new Float64Array(n * n)
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let value = entry(row, column)
      for (let k = 0; k < column; k++) value -= factor[row * n + k]! * factor[column * n + k]!
      const isDiagonal = row === column
      factor[row * n + column] = isDiagonal
        ? Math.sqrt(Math.max(value, leastPivot))
        : value / factor[column * n + column]!
    }
  }
  return factor
}

/** @param lower - Lower triangular, nothing on its diagonal 0. @returns Its inverse, lower triangular as well. */
export function invertTriangular(lower: ArrayLike<number>, n: number): Float64Array {
  const inverse = new Float64Array(n * n)
  for (let column = 0; column < n; column++) {
    for (let row = column; row < n; row++) {
      let value = row === column ? 1 : 0
      for (let k = column; k < row; k++) value -= lower[row * n + k]! * inverse[k * n + column]!
      inverse[row * n + column] = value / lower[row * n + row]!
    }
  }
  return inverse
}
