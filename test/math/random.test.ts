import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import fc from '../fast-check.ts'

const draws = (seed: number, n: number): number[] => {
  const random = createRandom(seed)
  return Array.from({ length: n }, () => random.uniform())
}

describe('createRandom', () => {
  it('gives the same stream for the same seed, seed 0 included', () => {
    for (const seed of [0, 1, -5, 2 ** 40]) expect(draws(seed, 20)).toEqual(draws(seed, 20))
    expect(draws(0, 20)).not.toEqual(draws(1, 20))
  })

  it('is uniform: mean, variance and no lag-1 correlation', () => {
    for (const seed of [0, 1, 2, 3]) {
      const values = draws(seed, 100_000)
      const mean = values.reduce((a, b) => a + b) / values.length
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
      let lag = 0
      for (let i = 1; i < values.length; i++) lag += (values[i]! - mean) * (values[i - 1]! - mean)
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.005)
      expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001)
      expect(Math.abs(lag / values.length / variance)).toBeLessThan(0.015)
    }
  })

  it('draws standard normals', () => {
    const random = createRandom(0)
    const values = Array.from({ length: 100_000 }, () => random.normal())
    const moment = (k: number): number => values.reduce((a, b) => a + b ** k, 0) / values.length
    expect(Math.abs(moment(1))).toBeLessThan(0.015)
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02)
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15)
  })

  it('draws integers below the bound, each about equally often', () => {
    const counts = new Array<number>(7).fill(0)
    const random = createRandom(3)
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
    for (const bad of [0, -1, 1.5, Number.NaN]) expect(() => random.integer(bad)).toThrow(RangeError)
  })

  it('shuffles to a permutation', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const shuffled = createRandom(seed).shuffleInPlace([...items])
        expect([...shuffled].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b))
      }),
    )
  })

  it('forks streams that do not depend on what was drawn before, and differ by name', () => {
    const fresh = createRandom(7)
    const used = createRandom(7)
    for (let i = 0; i < 10; i++) used.uniform()
    expect(used.fork('fold', 2).uniform()).toBe(fresh.fork('fold', 2).uniform())
    expect(fresh.fork('fold', 2).uniform()).not.toBe(fresh.fork('fold', 3).uniform())
  })
})
