/** Small linear systems by Gauss-Jordan elimination; matrices row-major. */

export interface EliminationOptions {
  /** Whether rows change places, the largest entry first. Without, the matrix must be symmetric and positive definite. */
  readonly isPivoting: boolean
}

/**
 * @param matrix - [n, n], of full rank.
 * @returns The solutions of matrix x = right, [n, columns].
 */
export function solve(
  matrix: ArrayLike<number>,
  right: ArrayLike<number>,
  n: number,
  { isPivoting }: EliminationOptions,
): Float64Array {
  const columns = right.length / n
  const width = n + columns
  const rows = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: width }, (_, j) =>
      j < n ? matrix[i * n + j]! : right[i * columns + j - n]!,
    ),
  )
  for (let column = 0; column < n; column++) {
    if (isPivoting) bringLargestUpInPlace(rows, column)
    const row = rows[column]!
    const pivot = row[column]!
    for (let j = 0; j < width; j++) row[j]! /= pivot
    for (const other of rows) {
      if (other === row) continue
      const factor = other[column]!
      for (let j = 0; j < width; j++) other[j]! -= factor * row[j]!
    }
  }
  const solution = new Float64Array(n * columns)
  for (const [i, row] of rows.entries()) solution.set(row.subarray(n), i * columns)
  return solution
}

function bringLargestUpInPlace(rows: Float64Array[], column: number): void {
  let largest = column
  for (let i = column; i < rows.length; i++) {
    if (Math.abs(rows[i]![column]!) > Math.abs(rows[largest]![column]!)) largest = i
  }
  const [upper, chosen] = [rows[column]!, rows[largest]!]
  rows[largest] = upper
  rows[column] = chosen
}

/** @param matrix - [n, n], of full rank. */
export function invert(matrix: ArrayLike<number>, n: number, options: EliminationOptions): Float64Array {
  const identity = Float64Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0))
  return solve(matrix, identity, n, options)
}
