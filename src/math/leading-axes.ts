/**
 * The directions of largest variance, without the others: subspace iteration, ordered by a small problem of eigenvalues.
 *
 * Source: Halko, Martinsson and Tropp 2011, "Finding structure with randomness", arXiv 0909.4061, algorithms 4.4 and 5.3.
 */
import type { Random } from './random.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/** Up to here all eigenvectors are found at once, which is as fast. */
const smallEnough = 256
const iterations = 4

/**
 * @param matrix - Symmetric, no negative eigenvalues: float64 [n, n].
 * @param count - 1 to n.
 * @returns Orthogonal rows of length 1, that of the largest eigenvalue first: float64 [count, n]. Up to 256 dimensions they are the
 *   eigenvectors, beyond nearly so.
 * Cost: O(n² count) time; O(n³) up to 256 dimensions.
 */
export function leadingAxes(matrix: Float64Array, n: number, count: number, random: Random): Float64Array {
  if (n <= smallEnough) return symmetricEigen(matrix, n).vectors.slice(0, count * n)
  const axes = Float64Array.from({ length: count * n }, () => random.normal())
  orthonormaliseInPlace(axes, n)
  for (let i = 0; i < iterations; i++) {
    axes.set(productOf(axes, matrix, n))
    orthonormaliseInPlace(axes, n)
  }
  const image = productOf(axes, matrix, n)
  const small = new Float64Array(count * count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) small[i * count + j] = small[j * count + i] = dot(axes, i, image, j, n)
  }
  return productOf(symmetricEigen(small, count).vectors, axes, n)
}

/** Rows of `a`, of as many numbers as `b` has rows, times `b`, whose rows have `n`. */
function productOf(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const inner = b.length / n
  const product = new Float64Array((a.length / inner) * n)
  for (let i = 0; i < a.length / inner; i++) {
    const out = product.subarray(i * n, (i + 1) * n)
    for (let k = 0; k < inner; k++) {
      const weight = a[i * inner + k]!
      const row = b.subarray(k * n, (k + 1) * n)
      for (let j = 0; j < n; j++) out[j]! += weight * row[j]!
    }
  }
  return product
}

/** Gram and Schmidt, twice, which is enough (Giraud et al. 2005). Rows that lie in the span of those before them become 0. */
function orthonormaliseInPlace(rows: Float64Array, n: number): void {
  for (let i = 0; i < rows.length / n; i++) {
    const row = rows.subarray(i * n, (i + 1) * n)
    const before = Math.sqrt(dot(rows, i, rows, i, n))
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const share = dot(rows, i, rows, j, n)
        for (let d = 0; d < n; d++) row[d]! -= share * rows[j * n + d]!
      }
    }
    const length = Math.sqrt(dot(rows, i, rows, i, n))
    const scale = length > 1e-12 * before ? 1 / length : 0
    for (let d = 0; d < n; d++) row[d]! *= scale
  }
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  let sum = 0
  for (let d = 0; d < n; d++) sum += a[i * n + d]! * b[j * n + d]!
  return sum
}
