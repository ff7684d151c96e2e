/** Views told apart without angles. */

import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { clusterViews, type ViewFacts } from '../../src/prepare/views/cluster-views.ts'
import { kMeans } from '../../src/prepare/views/k-means.ts'
import fc from '../fast-check.ts'

const side = 24

/** A bar of a length and a thickness, lying or standing, its rim a little different each time. */
function bar(seed: number, isStanding: boolean): ViewFacts {
  const random = createRandom(seed, 'bar')
  const half = 3 + random.integer(2)
  const silhouette = Uint8Array.from({ length: side * side }, (_, i) => {
    const across = isStanding ? i % side : Math.floor(i / side)
    return Math.abs(across - 11.5) < half ? 255 - random.integer(40) : random.integer(40)
  })
  return { silhouette, looks: Array.from({ length: 64 }, () => 0.3 * random.normal()) }
}

describe('clusterViews', () => {
  it('finds lying and standing bars, the more frequent view first', () => {
    const images = Array.from({ length: 40 }, (_, i) => bar(i, i % 4 === 0))
    const found = clusterViews(images)!
    expect(found.views.map(({ name, images: n }) => [name, n])).toEqual([
      ['1', 30],
      ['2', 10],
    ])
    expect([...found.viewOf]).toEqual(images.map((_, i) => (i % 4 === 0 ? 1 : 0)))
    for (const [v, { example, spread }] of found.views.entries()) {
      expect(found.viewOf[example]).toBe(v)
      expect(spread).toBeLessThan(0.7)
    }
    expect(found.separation).toBeGreaterThan(0.5)
  })

  it('finds nothing in one view, nor in a handful of images', () => {
    expect(clusterViews(Array.from({ length: 40 }, (_, i) => bar(i, false)))?.views.length ?? 0).toBeLessThan(
      3,
    )
    expect(clusterViews(Array.from({ length: 8 }, (_, i) => bar(i, i < 4)))).toBeNull()
  })

  it('says the same each time', () => {
    const images = Array.from({ length: 24 }, (_, i) => bar(i, i % 2 === 0))
    expect(clusterViews(images)).toEqual(clusterViews(images))
  })
})

describe('kMeans', () => {
  it('leaves every point with its nearest mean', () => {
    const points = fc.array(fc.float({ min: -10, max: 10, noNaN: true }), { minLength: 12, maxLength: 60 })
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 5 }), (values, k) => {
        const data = Float32Array.from(values.slice(0, values.length - (values.length % 2)))
        const { groupOf, means, inertia } = kMeans(data, 2, k, 2, createRandom(1, 'test'))
        let sum = 0
        for (const [i, group] of groupOf.entries()) {
          const distances = Array.from({ length: k }, (_, g) =>
            [0, 1].reduce((total, c) => total + (data[2 * i + c]! - means[2 * g + c]!) ** 2, 0),
          )
          expect(distances[group]).toBeCloseTo(Math.min(...distances), 9)
          sum += distances[group]!
        }
        expect(inertia).toBeCloseTo(sum, 6)
      }),
      { numRuns: 40 },
    )
  })
})
