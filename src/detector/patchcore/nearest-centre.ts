/** Measures all points against a handful of new centres at once: the matrix products of the coreset. */
import { argMin, compile, gatherElements, gemm, type SessionOptions } from '../../graph/index.ts'
import { centreRows, rowSquares } from '../patches/centred.ts'
import { squaredDistance } from '../patches/squared-distance.ts'
import { openDistanceBound } from './distance-bound.ts'

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

/** Points, and the fewer centres, that are measured at a time. Measured: bench/coreset.bench.ts. */
const mostRows = 2048
const fewCentres = 32
/** Share of the measured points whose distance is lowered below which a bound leaves out enough of them next time. */
const worthBounding = 0.3
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
  const few = Math.min(fewCentres, most)
  const searchFew = await openSearch(dims, { block, most: few }, machine)
  const searchMost = few === most ? searchFew : await openSearch(dims, { block, most }, machine)
  const bound = await openDistanceBound(centred, own, dims, { block, most, slack }, machine)
  let isBounded = false
  const shortlist = await compile(
    'shortlist',
    { rows: { dtype: 'float32', shape: [listed, dims] } },
    ({ rows }) => ({ products: gemm(rows, rows, { transB: true }) }),
    machine,
  )

  return {
    async between(indices) {
      const rows = rowsAt(centred, dims, indices)
      const products = (await shortlist.run({ rows })).products.data
      const squares = rowSquares(rows, dims)
      return (i, j) => (1 - slack) * (squares[i]! + squares[j]!) - 2 * products[i * listed + j]!
    },
    async lower(distance, chosen) {
      // The first shortlists decide few steps: their centres fill no large product.
      const [search, held] = chosen.length <= few ? [searchFew, few] : [searchMost, most]
      const centres = new Float32Array(held * dims)
      const squares = new Float32Array(held).fill(3e38) // never the nearest
      centres.set(rowsAt(centred, dims, chosen))
      squares.set(rowSquares(centres.subarray(0, chosen.length * dims), dims))
      const close = isBounded && bound !== null ? await bound.mayBeNearer(distance, chosen) : null
      const rows = close === null ? centred : rowsAt(centred, dims, close)
      const { index, least } = await search.runRows({ rows }, { centres, squares })
      let lowered = 0
      for (let i = 0; i < least.data.length; i++) {
        const point = close === null ? i : close[i]!
        const nearest = Number(index.data[i])
        // From the product, less what it may be off: few points come out nearer than they were.
        const both = own[point]! + squares[nearest]!
        if (own[point]! + least.data[i]! - slack * both >= distance[point]!) continue
        const squared = squaredDistance(points, point, points, chosen[nearest]!, dims)
        if (squared >= distance[point]!) continue
        distance[point] = squared
        lowered++
      }
      isBounded = lowered < worthBounding * count
    },
    async close() {
      await searchFew.close()
      if (searchMost !== searchFew) await searchMost.close()
      await bound?.close()
      await shortlist.close()
    },
  }
}

/** @param block - Points, and `most` centres, that are measured at a time. */
const openSearch = (
  dims: number,
  { block, most }: { readonly block: number; readonly most: number },
  machine: SessionOptions,
) =>
  compile(
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

/** @param places - Of rows of float32 [count, dims]. */
function rowsAt(rows: Float32Array, dims: number, places: Int32Array): Float32Array {
  const taken = new Float32Array(places.length * dims)
  for (const [i, place] of places.entries()) {
    taken.set(rows.subarray(place * dims, (place + 1) * dims), i * dims)
  }
  return taken
}
