/** Work on the cells that show the picture, in blocks. */
import { expect, it } from 'vitest'
import { forSeenCells } from '../../../src/detector/score-graph/seen-cells.ts'
import {
  compile,
  countTo,
  dynamicExtent,
  int64s,
  minimum,
  reduceMax,
  reduceMean,
  reshape,
  topK,
  type Value,
} from '../../../src/graph/index.ts'

const [cells, dims] = [64, 8]
const patches = Float32Array.from({ length: cells * dims }, (_, i) => Math.sin(i))

/** @param numbers - Of each cell: 2^20 make 16 blocks of the 64 cells. @param count - Of cells that show the picture, the first ones. */
async function inBlocks(work: (part: Value) => Value, count: number, numbers: number): Promise<number[]> {
  const graph = await compile(
    'seen-cells',
    {
      x: { dtype: 'float32', shape: [1, cells, dims] },
      seen: { dtype: 'int64', shape: [1] },
    },
    ({ x, seen }) => {
      const places = countTo(reshape(seen, []), dynamicExtent('seen'))
      const all = x.graph.constantOf(int64s(Array.from({ length: cells }, (_, i) => i)))
      return { worked: forSeenCells(x, { places, back: minimum(all, count - 1) }, numbers, work) }
    },
    { device: 'cpu', threads: 1 },
  )
  const { worked } = await graph.run({ x: patches, seen: BigInt64Array.of(BigInt(count)) })
  await graph.close()
  return [...worked.data]
}

it.each<[string, (part: Value) => Value]>([
  ['the largest', (part) => reduceMax(part, [2])],
  ['the mean of the three largest', (part) => reduceMean(topK(part, 3).values, [2])],
])(
  '%s: the same in one block and in many, even where fewer cells are seen than there are blocks',
  async (_, work) => {
    for (const count of [cells, 17, 16, 5, 1]) {
      expect(await inBlocks(work, count, 2 ** 20)).toEqual(await inBlocks(work, count, 1))
    }
  },
)
