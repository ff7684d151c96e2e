/** For every row of a matrix the rows most like it: blocked matrix products, the best of each row picked on the device. */
import { compile, gemm, type SessionOptions, topK } from '../../graph/index.ts'
import type { Task } from '../../task.ts'

/** Products held at a time: 16 MB, and of more than 131,072 rows 128 bytes a row. */
const blockElements = 1 << 22
const mostRows = 512
/** With fewer, a product waits for memory: 18 ns a pair with 4, 10 with 10, 6.4 with 40 (400,000 rows). */
const leastRows = 32

/**
 * @param rows - float32, [count, dims], each of length 1.
 * @param neighbours - Wanted for each row; fewer where there are not as many other rows.
 * @returns Indices of the rows with the largest products, best first, a row itself excluded; [count, neighbours].
 * Cost: O(count² dims), 6.8 ns of a processor for each pair of rows of 256 (`bench/nearest-pictures.bench.ts`); one block of products at a time.
 */
export async function nearestPictures(
  rows: Float32Array,
  dims: number,
  neighbours: number,
  machine: SessionOptions,
  task: Task,
): Promise<readonly Int32Array[]> {
  const count = rows.length / dims
  const wanted = Math.min(neighbours, count - 1)
  if (wanted < 1) return Array.from({ length: count }, () => new Int32Array(0))
  const block = Math.min(mostRows, count, Math.max(leastRows, Math.floor(blockElements / count)))
  const search = await compile(
    'nearest-pictures',
    { queries: { dtype: 'float32', shape: [block, dims] } },
    ({ queries }, graph) => {
      const all = graph.constant(rows, [count, dims])
      return { indices: topK(gemm(queries, all, { transB: true }), wanted + 1).indices }
    },
    machine,
  )
  try {
    const { indices } = await search.runRows({ queries: rows }, {}, task)
    return Array.from({ length: count }, (_, row) => {
      const best = Array.from(indices.data.subarray(row * (wanted + 1), (row + 1) * (wanted + 1)), Number)
      return Int32Array.from(best.filter((index) => index !== row).slice(0, wanted))
    })
  } finally {
    await search.close()
  }
}
