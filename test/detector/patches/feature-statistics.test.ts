import { describe, expect, it } from 'vitest'
import { type AffineLayer, gatherStatistics } from '../../../src/detector/patches/feature-statistics.ts'
import { StatisticalError } from '../../../src/errors.ts'
import { createRandom } from '../../../src/math/random.ts'
import fc from '../../fast-check.ts'

const shortage = { where: 'a method: scale 3', advice: 'do this' }

/** Correlated channels of very different spread and place. */
function correlated(seed: number, channels: number, positions: number): Float32Array {
  const random = createRandom(seed)
  const mix = Array.from({ length: channels ** 2 }, (_, i) =>
    i % (channels + 1) === 0 ? 2 : random.normal() / 6,
  )
  const map = new Float32Array(channels * positions)
  for (let p = 0; p < positions; p++) {
    const source = Array.from({ length: channels }, () => random.normal())
    for (let a = 0; a < channels; a++) {
      let value = 0
      for (let b = 0; b < channels; b++) value += mix[a * channels + b]! * source[b]!
      map[a * positions + p] = (value + 3 * a) * 10 ** ((a % 3) - 1)
    }
  }
  return map
}

/** Mean and covariance of what the layer makes of a map, in plain loops. */
function momentsAfter(map: Float32Array, channels: number, { mean, matrix }: AffineLayer) {
  const positions = map.length / channels
  const sums = new Float64Array(channels)
  const products = new Float64Array(channels * channels)
  for (let p = 0; p < positions; p++) {
    const y = Array.from({ length: channels }, (_, a) => {
      let value = 0
      for (let b = 0; b < channels; b++)
        value += matrix[a * channels + b]! * (map[b * positions + p]! - mean[b]!)
      return value
    })
    y.forEach((value, a) => {
      sums[a]! += value / positions
      for (let b = 0; b < channels; b++) products[a * channels + b]! += (value * y[b]!) / positions
    })
  }
  return { sums, products }
}

describe('the affine layer', () => {
  it('brings channels to mean 0 and deviation 1, and whitening makes them all but uncorrelated', () =>
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 6 }), (seed, channels) => {
        const map = correlated(seed, channels, 400)
        for (const standardisation of ['channels', 'whitened'] as const) {
          const gatherer = gatherStatistics(channels, standardisation === 'whitened', shortage)
          const half = channels * 200
          const columns = (from: number) =>
            Float32Array.from({ length: half }, (_, i) => map[Math.floor(i / 200) * 400 + from + (i % 200)]!)
          gatherer.add(columns(0))
          gatherer.add(columns(200))
          const { sums, products } = momentsAfter(map, channels, gatherer.layer(standardisation))
          for (let a = 0; a < channels; a++) {
            expect(Math.abs(sums[a]!)).toBeLessThan(1e-3)
            // Shrinking correlations by a hundredth leaves directions of little spread short of 1.
            if (standardisation === 'channels') expect(products[a * channels + a]).toBeCloseTo(1, 2)
            else expect(products[a * channels + a]).toBeLessThan(1.01)
            for (let b = 0; b < a && standardisation === 'whitened'; b++) {
              expect(Math.abs(products[a * channels + b]!)).toBeLessThan(0.15)
            }
          }
        }
      }),
      { numRuns: 15 },
    ))

  it('leaves channels that never vary near 0, and copies of a channel finite', () => {
    const map = Float32Array.from([5, 5, 5, 5, /**/ 1, 2, 3, 4, /**/ 1, 2, 3, 4])
    const gatherer = gatherStatistics(3, true, shortage)
    gatherer.add(map)
    const layer = gatherer.layer('whitened')
    expect(layer.matrix.every(Number.isFinite)).toBe(true)
    expect(momentsAfter(map, 3, layer).products[0]).toBe(0)
  })

  it('refuses what has no spread to measure', () => {
    const gatherer = gatherStatistics(2, false, shortage)
    gatherer.add(Float32Array.of(1, 2))
    expect(() => gatherer.layer('channels')).toThrow(StatisticalError)
    expect(() => gatherer.layer('channels')).toThrow(
      /^a method: scale 3: expected at least 2 feature cells.*got 1: do this$/,
    )
  })
})
