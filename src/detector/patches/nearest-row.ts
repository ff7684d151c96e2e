/**
 * Which row of a fixed matrix is nearest to each query: blocked matrix products on the device.
 *
 * |q - b|² = |q|² + |b|² - 2 q·b, and |q|² does not matter for which b is nearest. The product decides which; the
 * distance itself is then computed from that row, since the difference of large squares has lost its last digits.
 *
 * Checked against the obvious loop in `test/detector/patches/nearest-row.test.ts`.
 */
import { ShapeError } from '../../errors.ts'
import { argMin, compile, gemm, type SessionOptions, sub } from '../../graph/index.ts'
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

  const search = await compile(
    'nearest-row',
    { queries: { dtype: 'float32', shape: [block, dims] } },
    ({ queries }, graph) => {
      const centred = centreRows(rows, dims)
      const squares = graph.constant(rowSquares(centred.rows, dims), [count])
      const matrix = graph.constant(centred.rows, [count, dims])
      const shifted = sub(queries, graph.constant(centred.mean, [1, dims]))
      return { index: argMin(gemm(shifted, matrix, { transB: true, alpha: -2, c: squares }), 1) }
    },
    machine,
  )

  return {
    async find(all) {
      const { index: found } = await search.runRows({ queries: all })
      const index = Int32Array.from(found.data, Number)
      const distance = Float32Array.from(index, (row, i) =>
        Math.sqrt(squaredDistance(all, i, rows, row, dims)),
      )
      return { distance, index }
    },
    close: () => search.close(),
  }
}
