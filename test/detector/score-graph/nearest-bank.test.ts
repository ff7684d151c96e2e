import { describe, expect, it } from 'vitest'
import { bankValues, nearestBank } from '../../../src/detector/score-graph/nearest-bank.ts'
import { everyCell } from '../../../src/detector/score-graph/seen-cells.ts'
import { GraphBuilder } from '../../../src/graph/graph.ts'
import { orderNodes } from '../../../src/graph/node-order.ts'
import { createRandom } from '../../../src/math/random.ts'
import fc from '../../fast-check.ts'
import { findNearest } from './find-nearest.ts'

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

describe('nearestBank', () => {
  it('finds what the obvious loop finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 1200 }),
        fc.integer({ min: 1, max: 9 }),
        async (seed, count, queryCount, dims) => {
          const [rows, queries] = [cloud(seed, count * dims), cloud(seed + 1, queryCount * dims)]
          const found = await findNearest(rows, dims, queries)
          plainNearest(queries, rows, dims).forEach((expected, i) => {
            expect(found.distance[i]).toBeCloseTo(expected, 3)
            const own = found.rows.subarray(i * dims, (i + 1) * dims)
            const query = queries.subarray(i * dims, (i + 1) * dims)
            expect(found.distance[i]).toBeCloseTo(plainNearest(query, own, dims)[0]!, 4)
          })
        },
      ),
      { numRuns: 15 },
    )
  })

  it('finds a row at distance 0, exactly, far from the origin too', async () => {
    const rows = cloud(4, 300 * 6).map((value) => 500 + value)
    const { distance } = await findNearest(rows, 6, rows)
    expect([...distance]).toEqual(Array(300).fill(0))
  })

  it('never finds more when rows are added', async () => {
    const [rows, queries] = [cloud(1, 200 * 5), cloud(2, 50 * 5)]
    const few = await findNearest(rows.subarray(0, 100 * 5), 5, queries)
    const many = await findNearest(rows, 5, queries)
    few.distance.forEach((value, i) => {
      expect(many.distance[i]!).toBeLessThanOrEqual(value + 1e-6)
    })
  })

  it.each([
    ['fewer places than blocks', [7, 60]],
    ['some', [0, 3, 4, 5, 99, 129]],
  ])('searches for what is asked for, in blocks: %s', async (_, places) => {
    const rows = cloud(2, 70_000 * 2) // with 130 queries three blocks
    const queries = cloud(3, 130 * 2)
    const back = Array.from({ length: 130 }, (_, i) => Math.max(0, places.indexOf(i)))
    const found = await findNearest(rows, 2, queries, { places, back })
    for (const place of places) {
      const own = queries.subarray(2 * place, 2 * place + 2)
      expect(found.distance[place]).toBeCloseTo(plainNearest(own, rows, 2)[0]!, 5)
    }
    const first = places[0]!
    expect(found.rows.subarray(2, 4)).toEqual(found.rows.subarray(2 * first, 2 * first + 2))
  })

  it('searches along few axes in blocks that hold no more than the rows it looks at in whole', () => {
    const dims = 4096
    const graph = new GraphBuilder('blocks')
    const x = graph.input('x', 'float32', [1, 130, dims]) // of each cell 8 rows: in all more than a block takes
    const axes = new Float32Array(2 * dims)
    const bank = { mean: new Float32Array(dims), rows: cloud(5, 16 * dims), axes }
    graph.output('distance', nearestBank(x, bankValues(x, bank), everyCell(x)).distance)
    const searches = [...orderNodes(graph.outputs.values())].filter(
      (node) => node.kind === 'call' && node.op.name === 'topK',
    )
    expect(searches).toHaveLength(2)
  })
})
