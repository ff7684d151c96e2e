import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openNearestRow } from '../../../src/detector/patches/nearest-row.ts'
import { ShapeError } from '../../../src/errors.ts'
import { createRandom } from '../../../src/math/random.ts'

const machine = { device: 'cpu', threads: 1 }

function plainNearest(queries: Float32Array, rows: Float32Array, dims: number): number[] {
  const distances: number[] = []
  for (let q = 0; q < queries.length; q += dims) {
    let least = Number.POSITIVE_INFINITY
    for (let r = 0; r < rows.length; r += dims) {
      let sum = 0
      for (let d = 0; d < dims; d++) sum += (queries[q + d]! - rows[r + d]!) ** 2
      least = Math.min(least, Math.sqrt(sum))
    }
    distances.push(least)
  }
  return distances
}

const cloud = (seed: number, length: number): Float32Array => {
  const random = createRandom(seed, 'rows')
  return Float32Array.from({ length }, () => random.normal())
}

describe('openNearestRow', () => {
  it('finds what the obvious loop finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 1200 }),
        fc.integer({ min: 1, max: 9 }),
        async (seed, count, queryCount, dims) => {
          const [rows, queries] = [cloud(seed, count * dims), cloud(seed + 1, queryCount * dims)]
          const search = await openNearestRow(rows, dims, machine)
          const { distance, index } = await search.find(queries)
          await search.close()
          plainNearest(queries, rows, dims).forEach((expected, i) => {
            expect(distance[i]).toBeCloseTo(expected, 3)
            const own = plainNearest(
              queries.subarray(i * dims, (i + 1) * dims),
              rows.subarray(index[i]! * dims, (index[i]! + 1) * dims),
              dims,
            )
            expect(distance[i]).toBeCloseTo(own[0]!, 5)
          })
        },
      ),
      { numRuns: 15 },
    )
  })

  it('finds a row at distance 0, exactly, far from the origin too', async () => {
    const rows = cloud(4, 300 * 6).map((value) => 500 + value)
    const search = await openNearestRow(rows, 6, machine)
    const { distance, index } = await search.find(rows)
    await search.close()
    for (let i = 0; i < 300; i++) {
      expect(index[i]).toBe(i)
      expect(distance[i]).toBe(0)
    }
  })

  it('never finds more when rows are added', async () => {
    const [rows, queries] = [cloud(1, 200 * 5), cloud(2, 50 * 5)]
    const [few, many] = [
      await openNearestRow(rows.subarray(0, 100 * 5), 5, machine),
      await openNearestRow(rows, 5, machine),
    ]
    const [a, b] = [await few.find(queries), await many.find(queries)]
    a.distance.forEach((value, i) => {
      expect(b.distance[i]!).toBeLessThanOrEqual(value + 1e-6)
    })
    await few.close()
    await many.close()
  })

  it('refuses queries of another width, and no rows', async () => {
    const search = await openNearestRow(cloud(1, 12), 4, machine)
    await expect(search.find(new Float32Array(7))).rejects.toBeInstanceOf(ShapeError)
    await search.close()
    await expect(openNearestRow(new Float32Array(0), 4, machine)).rejects.toBeInstanceOf(ShapeError)
  })
})
