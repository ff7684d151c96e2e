/** Measures all points against a handful of new centres at once: the matrix products of the coreset. */
import { argMin, compile, gatherElements, gemm, type SessionOptions } from '../../graph/index.ts'
import { centreRows, rowSquares } from '../patches/centred.ts'
import { squaredDistance } from '../patches/squared-distance.ts'

export interface NearestCentre {
  /**
   * Lowers `distance`, in place, to the squared distance from the nearest of the centres where that is less.
   *
   * @param centres - Indices of points, 1 to `most` of them.
   */
  lower(distance: Float64Array, centres: Int32Array): Promise<void>
  /**
   * Lower bounds of the squared distances between the points of a shortlist.
   *
   * @param indices - Of points, as many as the shortlist is long.
   */
  between(indices: Int32Array): Promise<LeastDistances>
  close(): Promise<void>
}

/** Lower bound of the squared distance between points `i` and `j` of a shortlist. */
export type LeastDistances = (i: number, j: number) => number

const mostRows = 512
/** Of the squares of two points: far more than float32 products of up to some thousand dimensions are off. */
const slack = 1e-3

/**
 * @param points - float32, shape [count, dims], row-major.
 * @param most - Centres that are measured at a time.
 * @param listed - Points on a shortlist.
 */
export async function openNearestCentre(
  points: Float32Array,
  dims: number,
  { most, listed }: { readonly most: number; readonly listed: number },
  machine: SessionOptions,
): Promise<NearestCentre> {
  const count = points.length / dims
  const centred = centreRows(points, dims).rows
  const own = rowSquares(centred, dims)
  const block = Math.min(mostRows, count)
  const search = await compile(
    'nearest-centre',
    {
      rows: { dtype: 'float32', shape: [block, dims] },
      centres: { dtype: 'float32', shape: [most, dims] },
      squares: { dtype: 'float32', shape: [most] },
    },
    ({ rows, centres, squares }) => {
      const apart = gemm(rows, centres, { transB: true, alpha: -2, c: squares })
      const index = argMin(apart, 1, true)
      return { index, least: gatherElements(apart, index, 1) }
    },
    machine,
  )
  const shortlist = await compile(
    'shortlist',
    { rows: { dtype: 'float32', shape: [listed, dims] } },
    ({ rows }) => ({ products: gemm(rows, rows, { transB: true }) }),
    machine,
  )

  return {
    async between(indices) {
      const rows = new Float32Array(listed * dims)
      for (const [i, point] of indices.entries()) {
        rows.set(centred.subarray(point * dims, (point + 1) * dims), i * dims)
      }
      const products = (await shortlist.run({ rows })).products.data
      const squares = rowSquares(rows, dims)
      return (i, j) => (1 - slack) * (squares[i]! + squares[j]!) - 2 * products[i * listed + j]!
    },
    async lower(distance, chosen) {
      const centres = new Float32Array(most * dims)
      const squares = new Float32Array(most).fill(3e38) // never the nearest
      for (const [i, point] of chosen.entries()) {
        centres.set(centred.subarray(point * dims, (point + 1) * dims), i * dims)
      }
      squares.set(rowSquares(centres.subarray(0, chosen.length * dims), dims))
      const { index, least } = await search.runRows({ rows: centred }, { centres, squares })
      for (let point = 0; point < count; point++) {
        const nearest = Number(index.data[point])
        // From the product, less what it may be off: few points come out nearer than they were.
        const both = own[point]! + squares[nearest]!
        if (own[point]! + least.data[point]! - slack * both >= distance[point]!) continue
        const squared = squaredDistance(points, point, points, chosen[nearest]!, dims)
        if (squared < distance[point]!) distance[point] = squared
      }
    },
    async close() {
      await search.close()
      await shortlist.close()
    },
  }
}
