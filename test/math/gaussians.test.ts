import { describe, expect, it } from 'vitest'
import { addVector, createMoments, gaussiansOf, mahalanobis } from '../../src/math/gaussians.ts'
import { createRandom } from '../../src/math/random.ts'

const random = createRandom(3, 'gaussians')
const draw = () => {
  const [x, y] = [random.normal(), random.normal()]
  return Float32Array.of(5 + 2 * x, 1 + x + 0.5 * y, 0.3 * random.normal())
}
const groups = [Array.from({ length: 40 }, draw), [draw()], Array.from({ length: 60 }, draw)]
const all = groups.flat()

/** sqrt((x - m)ᵀ (S + ridge I)⁻¹ (x - m)), by the adjugate of a 3 x 3 matrix. */
function obvious(vectors: readonly Float32Array[], ridge: number, x: Float32Array, isFull: boolean): number {
  const mean = [0, 1, 2].map((i) => vectors.reduce((sum, v) => sum + v[i]!, 0) / vectors.length)
  const s = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => {
      const sum = vectors.reduce((total, v) => total + (v[i]! - mean[i]!) * (v[j]! - mean[j]!), 0)
      return i === j ? sum / (vectors.length - 1) + ridge : isFull ? sum / (vectors.length - 1) : 0
    }),
  )
  const cofactor = (i: number, j: number) => {
    const [r, t] = [0, 1, 2].filter((k) => k !== i) as [number, number]
    const [c, d] = [0, 1, 2].filter((k) => k !== j) as [number, number]
    return (-1) ** (i + j) * (s[r]![c]! * s[t]![d]! - s[r]![d]! * s[t]![c]!)
  }
  const determinant = [0, 1, 2].reduce((sum, j) => sum + s[0]![j]! * cofactor(0, j), 0)
  let square = 0
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++)
      square += ((x[i]! - mean[i]!) * cofactor(j, i) * (x[j]! - mean[j]!)) / determinant
  }
  return Math.sqrt(square)
}

const varianceOf = (dim: number): number => {
  const mean = all.reduce((sum, v) => sum + v[dim]!, 0) / all.length
  return all.reduce((sum, v) => sum + (v[dim]! - mean) ** 2, 0) / (all.length - 1)
}

describe('Gaussians of groups', () => {
  it.each([true, false])('distances are those of the formula; covariance full: %s', (isFull) => {
    const moments = createMoments(3, 3, isFull)
    for (const [group, vectors] of groups.entries()) for (const v of vectors) addVector(moments, group, v)
    const gaussians = gaussiansOf(moments, 10, 0.01)
    const ridge = (0.01 * (varianceOf(0) + varianceOf(1) + varianceOf(2))) / 3
    for (const x of [draw(), draw(), Float32Array.of(0, 0, 0)]) {
      for (const group of [0, 2]) {
        expect(mahalanobis(gaussians, group, x)).toBeCloseTo(obvious(groups[group]!, ridge, x, isFull), 4)
      }
      // Too few of its own, and no group at all: all vectors together.
      for (const group of [1, 3]) {
        expect(mahalanobis(gaussians, group, x)).toBeCloseTo(obvious(all, ridge, x, isFull), 4)
      }
    }
  })

  it('is finite where vectors are all alike, or are fewer than their dimensions', () => {
    for (const vectors of [[Float32Array.of(1, 1, 1)], groups[0]!.slice(0, 2)]) {
      const moments = createMoments(1, 3, true)
      for (const v of vectors) addVector(moments, 0, v)
      const gaussians = gaussiansOf(moments, 2, 0.01)
      expect(gaussians.whitening.every(Number.isFinite)).toBe(true)
      expect(mahalanobis(gaussians, 0, vectors[0]!)).toBeLessThan(
        mahalanobis(
          gaussians,
          0,
          draw().map((x) => x + 9),
        ),
      )
    }
  })
})
