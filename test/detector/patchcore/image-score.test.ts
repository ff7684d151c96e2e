import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/math/random.ts'
import fc from '../../fast-check.ts'
import { createNeighbourhoods, imageScore } from './plain-score.ts'

const nearestOf = (patches: Float32Array, bank: Float32Array, dims: number) => {
  const count = patches.length / dims
  const distance = new Float32Array(count).fill(Number.POSITIVE_INFINITY)
  const index = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    for (let b = 0; b < bank.length / dims; b++) {
      let sum = 0
      for (let d = 0; d < dims; d++) sum += (patches[i * dims + d]! - bank[b * dims + d]!) ** 2
      if (Math.sqrt(sum) < distance[i]!) {
        distance[i] = Math.sqrt(sum)
        index[i] = b
      }
    }
  }
  return { distance, index }
}

const scoreOf = (
  patches: Float32Array,
  bank: Float32Array,
  dims: number,
  peaks: number,
  neighbours: number,
) =>
  imageScore(
    patches,
    nearestOf(patches, bank, dims),
    bank,
    dims,
    peaks,
    createNeighbourhoods(bank, dims, neighbours),
  )

describe('imageScore', () => {
  it('is the largest distance without weighting, and the mean of the largest with more peaks', () => {
    const bank = Float32Array.from([0, 10])
    const patches = Float32Array.from([1, 4, 9, 13])
    expect(scoreOf(patches, bank, 1, 1, 1)).toBe(4)
    expect(scoreOf(patches, bank, 1, 2, 1)).toBe(3.5)
    expect(scoreOf(patches, bank, 1, 99, 1)).toBe(9 / 4)
  })

  it('weighs by equation 7', () => {
    const bank = Float32Array.from([0, 1, 5, 50])
    const patches = Float32Array.from([-2])
    // The nearest banked patch is 0; the three banked patches nearest to it are 0, 1 and 5, at 2, 3 and 7.
    const weight = 1 - Math.exp(2) / (Math.exp(2) + Math.exp(3) + Math.exp(7))
    expect(scoreOf(patches, bank, 1, 1, 3)).toBeCloseTo(2 * weight, 10)
  })

  it('stays finite at distances whose exponential is not', () => {
    const bank = Float32Array.from([0, 3000, 1])
    const patches = Float32Array.from([90_000])
    const value = scoreOf(patches, bank, 1, 1, 3)
    expect(Number.isFinite(value)).toBe(true)
  })

  it('lies between 0 and the largest distance, and is 0 for a banked patch', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (seed, n, b) => {
          const random = createRandom(seed)
          const bank = Float32Array.from({ length: 3 * n }, () => random.normal())
          const patches = Float32Array.from({ length: 15 }, () => random.normal())
          const nearest = nearestOf(patches, bank, 3)
          const value = scoreOf(patches, bank, 3, 1, b)
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(Math.max(...nearest.distance) + 1e-9)
          const own = bank.slice(0, 3)
          expect(scoreOf(own, bank, 3, 1, b)).toBe(0)
        },
      ),
    )
  })
})
