import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { symmetricEigen } from '../../src/math/symmetric-eigen.ts'
import fc from '../fast-check.ts'

function symmetric(n: number, seed: number, rank = n): Float64Array {
  const random = createRandom(seed)
  const factor = Float64Array.from({ length: n * rank }, () => random.normal())
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < rank; k++) matrix[i * n + j]! += factor[i * rank + k]! * factor[j * rank + k]!
    }
  }
  return matrix
}

/** Largest difference of Qᵀ diag(values) Q from the matrix, and of Q Qᵀ from the identity. */
function faults(matrix: Float64Array, n: number): readonly [rebuilt: number, orthogonal: number] {
  const { values, vectors } = symmetricEigen(matrix, n)
  let [rebuilt, orthogonal] = [0, 0]
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let [sum, dot] = [0, 0]
      for (let k = 0; k < n; k++) {
        sum += vectors[k * n + i]! * values[k]! * vectors[k * n + j]!
        dot += vectors[i * n + k]! * vectors[j * n + k]!
      }
      rebuilt = Math.max(rebuilt, Math.abs(sum - matrix[i * n + j]!))
      orthogonal = Math.max(orthogonal, Math.abs(dot - (i === j ? 1 : 0)))
    }
  }
  return [rebuilt, orthogonal]
}

describe('symmetricEigen', () => {
  it('rebuilds any matrix from orthogonal vectors, of full rank or not', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.nat(), fc.nat(), (n, rank, seed) => {
        const matrix = symmetric(n, seed, 1 + (rank % n))
        const [rebuilt, orthogonal] = faults(matrix, n)
        const scale = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
        expect(rebuilt / scale).toBeLessThan(1e-12)
        expect(orthogonal).toBeLessThan(1e-12)
      }),
    ))

  it('gives the values of a matrix that is known, largest first, and signs that do not hang on chance', () => {
    // 2 on the diagonal, -1 beside it: 2 - 2 cos(k pi / (n + 1)).
    const n = 6
    const matrix = Float64Array.from({ length: n * n }, (_, at) => {
      const apart = Math.abs((at % n) - Math.floor(at / n))
      return apart === 0 ? 2 : apart === 1 ? -1 : 0
    })
    const { values, vectors } = symmetricEigen(matrix, n)
    for (const [i, value] of values.entries()) {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((n - i) * Math.PI) / (n + 1)), 12)
      const row = [...vectors.subarray(i * n, (i + 1) * n)]
      expect(Math.max(...row)).toBe(Math.max(...row.map(Math.abs)))
    }
  })

  it.each([
    ['diagonal', [3, 0, 0, 0, -1, 0, 0, 0, 7], [7, 3, -1]],
    ['zero', [0, 0, 0, 0], [0, 0]],
    ['of one number', [5], [5]],
    ['empty', [], []],
  ] as const)('takes a matrix that is %s', (_, entries, expected) => {
    const n = Math.sqrt(entries.length)
    expect([...symmetricEigen(Float64Array.from(entries), n).values]).toEqual(expected)
  })

  it('refuses what is no square matrix of numbers', () => {
    expect(() => symmetricEigen(new Float64Array(3), 2)).toThrow('expected 2 x 2 numbers, got 3')
    expect(() => symmetricEigen(Float64Array.of(1, 0, Number.NaN, 1), 2)).toThrow(RangeError)
  })
})
