/**
 * Which row of a fixed matrix is nearest to each query: blocked matrix products on the device.
 *
 * |q - b|² = |q|² + |b|² - 2 q·b, and |q|² does not matter for which b is nearest. The product decides which; the
 * distance itself is then computed from that row, since the difference of large squares has lost its last digits.
 *
 * Checked against the obvious loop in `test/detector/patches/nearest-row.test.ts`.
 */
import { ShapeError } from '../../errors.ts'
import { GraphBuilder } from '../../graph/graph.ts'
import { sub } from '../../graph/ops-elementwise.ts'
import { gemm } from '../../graph/ops-linear.ts'
import { argMin } from '../../graph/ops-reduce.ts'
import { openSession, type SessionOptions } from '../../graph/session.ts'
import { centreRows, rowSquares } from './centred.ts'
import { squaredDistance } from './squared-distance.ts'

export interface Nearest {
  /** Euclidean distance of each query, not squared; shape [queries]. */
  readonly distance: Float32Array
  /** Row of the matrix; ties take the first, as far as rounding lets it see them. Shape [queries]. */
  readonly index: Int32Array
}

export interface NearestRow {
  /**
   * @param queries - float32, shape [count, dims], row-major.
   * @throws {ShapeError} The queries have another number of columns.
   * Cost: O(count * rows * dims) time; one block of products is held at a time.
   */
  find(queries: Float32Array): Promise<Nearest>
  close(): Promise<void>
}

/** Products held at a time: 16 MB. */
const blockElements = 1 << 22
const mostQueries = 512

/**
 * @param rows - float32, shape [count, dims], row-major, count >= 1; kept, not copied.
 * @throws {ShapeError} No rows, or not a whole number of them.
 */
export async function openNearestRow(
  rows: Float32Array,
  dims: number,
  machine: SessionOptions,
): Promise<NearestRow> {
  const count = rows.length / dims
  if (!Number.isInteger(count) || count < 1) throw new ShapeError('rows', `[count, ${dims}]`, [rows.length])
  const block = Math.max(1, Math.min(mostQueries, Math.floor(blockElements / count)))

  const graph = new GraphBuilder('nearest-row')
  const queries = graph.input('queries', 'float32', [block, dims])
  const centred = centreRows(rows, dims)
  const squares = graph.constant(rowSquares(centred.rows, dims), [count])
  const matrix = graph.constant(centred.rows, [count, dims])
  const shifted = sub(queries, graph.constant(centred.mean, [1, dims]))
  graph.output('index', argMin(gemm(shifted, matrix, { transB: true, alpha: -2, c: squares }), 1))
  const session = await openSession(graph.build(), machine)

  return {
    async find(all) {
      const total = all.length / dims
      if (!Number.isInteger(total)) throw new ShapeError('queries', `[count, ${dims}]`, [all.length])
      const distance = new Float32Array(total)
      const index = new Int32Array(total)
      for (let start = 0; start < total; start += block) {
        const wanted = Math.min(block, total - start)
        const part = all.subarray(start * dims, (start + wanted) * dims)
        const data = wanted === block ? part : new Float32Array(block * dims)
        if (wanted < block) data.set(part)
        const result = await session.run({ queries: { dtype: 'float32', shape: [block, dims], data } })
        const found = result.index!.data as BigInt64Array
        for (let i = 0; i < wanted; i++) {
          const row = Number(found[i])
          index[start + i] = row
          distance[start + i] = Math.sqrt(squaredDistance(all, start + i, rows, row, dims))
        }
      }
      return { distance, index }
    },
    close: () => session.close(),
  }
}
