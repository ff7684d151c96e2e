import { describe, expect, it } from 'vitest'
import { leadingAxes } from '../../src/math/leading-axes.ts'
import { createRandom } from '../../src/math/random.ts'
import { symmetricEigen } from '../../src/math/symmetric-eigen.ts'

/** A matrix of products whose eigenvalues fall like 1 / i. */
function falling(n: number): Float64Array {
  const random = createRandom(3, n)
  const rows = Float64Array.from({ length: n * n }, (_, i) => random.normal() / (1 + (i % n)))
  const matrix = new Float64Array(n * n)
  for (let r = 0; r < n; r++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) matrix[i * n + j]! += rows[r * n + i]! * rows[r * n + j]!
    }
  }
  return matrix
}

const dot = (a: Float64Array, i: number, b: Float64Array, j: number, n: number): number =>
  a.subarray(i * n, (i + 1) * n).reduce((sum, value, d) => sum + value * b[j * n + d]!, 0)

/** Variance along a row: how much of the matrix it holds. */
function heldBy(axes: Float64Array, i: number, matrix: Float64Array, n: number): number {
  const image = Float64Array.from({ length: n }, (_, r) => dot(matrix, r, axes, i, n))
  return dot(image, 0, axes, i, n)
}

describe('leading axes', () => {
  it.each([
    ['the eigenvectors, where they are few', 40, 1e-9],
    ['nearly the eigenvectors, where they are many', 300, 0.05],
  ])('are %s', (_, n, tolerance) => {
    const matrix = falling(n)
    const count = 12
    const axes = leadingAxes(matrix, n, count, createRandom(0))
    const { values } = symmetricEigen(matrix, n)
    expect(axes).toHaveLength(count * n)
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) expect(dot(axes, i, axes, j, n)).toBeCloseTo(Number(i === j), 9)
      expect(Math.abs(heldBy(axes, i, matrix, n) / values[i]! - 1)).toBeLessThan(tolerance)
    }
  })

  it('are 0 beyond the rank of the matrix', () => {
    const n = 300
    const matrix = new Float64Array(n * n)
    for (let i = 0; i < 3; i++) matrix[i * n + i] = 3 - i
    const axes = leadingAxes(matrix, n, 5, createRandom(0))
    expect(heldBy(axes, 0, matrix, n)).toBeCloseTo(3, 9)
    expect(heldBy(axes, 2, matrix, n)).toBeCloseTo(1, 9)
    expect(axes.every(Number.isFinite)).toBe(true)
    expect(heldBy(axes, 4, matrix, n)).toBeCloseTo(0, 9)
  })
})
