import { describe, expect, it } from 'vitest'
import { cholesky, invertTriangular } from '../../src/math/cholesky.ts'
import { invert, solve } from '../../src/math/elimination.ts'
import { createRandom } from '../../src/math/random.ts'
import fc from '../fast-check.ts'

const product = (a: ArrayLike<number>, b: ArrayLike<number>, n: number, columns = n): Float64Array =>
  Float64Array.from({ length: n * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    let sum = 0
    for (let k = 0; k < n; k++) sum += a[row * n + k]! * b[k * columns + column]!
    return sum
  })
const transposed = (a: ArrayLike<number>, n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => a[(at % n) * n + Math.floor(at / n)]!)
const identity = (n: number) => Float64Array.from({ length: n * n }, (_, at) => Number(at % (n + 1) === 0))
const normals = (seed: number, count: number): Float64Array => {
  const random = createRandom(seed, 'systems')
  return Float64Array.from({ length: count }, () => random.normal())
}
function expectClose(got: Float64Array, want: Float64Array, tolerance: number): void {
  expect(got).toHaveLength(want.length)
  for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(tolerance)
}
/** A Aᵀ + I, which is symmetric and surely positive definite. */
function definite(seed: number, n: number): Float64Array {
  const a = normals(seed, n * n)
  return product(a, transposed(a, n), n).map((value, at) => value + identity(n)[at]!)
}
const cases = (body: (seed: number, n: number) => void) => () =>
  fc.assert(fc.property(fc.nat(1000), fc.integer({ min: 1, max: 7 }), body), { numRuns: 30 })

describe('small linear systems', () => {
  it(
    'definite ones, without exchange of rows',
    cases((seed, n) => {
      const matrix = definite(seed, n)
      const right = normals(seed + 1, 2 * n)
      const found = solve(matrix, right, n, { isPivoting: false })
      expectClose(product(matrix, found, n, 2), right, 1e-9)
      expectClose(product(matrix, invert(matrix, n, { isPivoting: false }), n), identity(n), 1e-9)
    }),
  )

  it('any of full rank, with it: the first pivot may be 0', () => {
    const matrix = Float64Array.of(0, 2, 0, 1, 0, 0, 0, 0, -4)
    const right = Float64Array.of(2, 3, 8)
    expect(solve(matrix, right, 3, { isPivoting: true })).toEqual(Float64Array.of(3, 1, -2))
    expect(matrix[0]).toBe(0) // what was given stays
  })

  it(
    'a factor times its transpose is the matrix, and its inverse undoes it',
    cases((seed, n) => {
      const matrix = definite(seed, n)
      const factor = cholesky(n, (row, column) => matrix[row * n + column]!)
      expectClose(product(factor, transposed(factor, n), n), matrix, 1e-9)
      expectClose(product(factor, invertTriangular(factor, n), n), identity(n), 1e-9)
      for (let row = 0; row < n; row++)
        for (let column = row + 1; column < n; column++) expect(factor[row * n + column]).toBe(0)
    }),
  )

  it('a pivot below the least is taken for it', () => {
    const factor = cholesky(2, () => 1, 0.25) // singular: the second pivot would be 0
    expect([...factor]).toEqual([1, 0, 1, 0.5])
  })
})
