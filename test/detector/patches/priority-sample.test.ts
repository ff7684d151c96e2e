/** A sample that many draw together: the same whoever draws it, and uniform. */

import { describe, expect, it } from 'vitest'
import { createPrioritySample } from '../../../src/detector/patches/priority-sample.ts'
import { createRandom } from '../../../src/math/random.ts'
import fc from '../../fast-check.ts'

const dims = 2
/** Rows that say where they stood. */
const rowsOf = (image: number, count: number): Float32Array =>
  Float32Array.from({ length: count * dims }, (_, i) => (i % dims === 0 ? image : Math.floor(i / dims)))
const start = (capacity: number, seed = 0) =>
  createPrioritySample(dims, capacity, createRandom(seed, 'candidates'))

/** Plainly: every row with its priority, sorted, the first of them. */
function drawAll(counts: readonly number[], capacity: number, seed = 0) {
  const sample = start(capacity, seed)
  for (const [image, count] of counts.entries()) sample.add(image, rowsOf(image, count))
  return sample.drawn()
}

describe('a sample by priority', () => {
  it('is the same over shards, merged in any order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 1000 }),
        (counts, capacity, shards, seed) => {
          const whole = drawAll(counts, capacity, seed)
          const parts = Array.from({ length: shards }, () => start(capacity, seed))
          const order = createRandom(seed).shuffleInPlace([...counts.keys()])
          for (const image of order) parts[image % shards]!.add(image, rowsOf(image, counts[image]!))
          const merged = start(capacity, seed)
          for (const part of createRandom(seed, 'parts').shuffleInPlace(parts)) merged.merge(part.drawn())
          expect(merged.drawn()).toEqual(whole)
          expect(merged.seen).toBe(counts.reduce((sum, count) => sum + count, 0))
        },
      ),
    )
  })

  it('takes the rows of the lowest priorities, in the order of their places', () => {
    const counts = Array.from({ length: 40 }, (_, i) => i % 7)
    const all = drawAll(counts, 1000)
    const some = drawAll(counts, 25)
    const limit = [...all.priorities].sort((a, b) => a - b)[24]!
    const expected = [...all.priorities.keys()].filter((i) => all.priorities[i]! <= limit)
    expect([...some.images]).toEqual(expected.map((i) => all.images[i]))
    expect([...some.rows]).toEqual(expected.flatMap((i) => [all.images[i], all.places[i]]))
  })

  it('is the stream itself where that fits', () => {
    const { rows, seen } = drawAll([3, 0, 2], 5)
    expect([...rows]).toEqual([0, 0, 0, 1, 0, 2, 2, 0, 2, 1])
    expect(seen).toBe(5)
  })

  it('takes every row with the same probability, wherever it stands', () => {
    const [images, perImage, capacity, draws] = [20, 10, 40, 400]
    const taken = new Float64Array(images * perImage)
    for (let seed = 0; seed < draws; seed++) {
      const { images: of, places } = drawAll(Array(images).fill(perImage), capacity, seed)
      for (let i = 0; i < of.length; i++) taken[of[i]! * perImage + places[i]!]!++
    }
    const expected = (draws * capacity) / taken.length
    const variance = expected * (1 - capacity / taken.length)
    const chi = taken.reduce((sum, n) => sum + (n - expected) ** 2 / variance, 0)
    // Chi-squared with 199 degrees of freedom: mean 199, standard deviation 20.
    expect(chi).toBeGreaterThan(199 - 100)
    expect(chi).toBeLessThan(199 + 100)
  })

  it('draws others from another seed', () => {
    expect([...drawAll(Array(10).fill(10), 20, 1).places]).not.toEqual([
      ...drawAll(Array(10).fill(10), 20, 2).places,
    ])
  })
})
