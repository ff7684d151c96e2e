/**
 * Fewer multiplications for convolutions along one axis: `tile` results of a filter of `taps` from tile + taps - 1 products
 * instead of tile * taps.
 *
 * y = A ((G g) * (B d)) with g the filter, d the tile + taps - 1 inputs, * element by element. G evaluates the filter as a
 * polynomial at points, A is the transposed evaluation of the result, B the transposed inverse of all evaluations.
 *
 * Source: Toom-Cook by the transposition principle; Winograd 1980, Arithmetic Complexity of Computations; Lavin and Gray
 * 2016, arXiv 1509.09308. Points as recommended by Barabasz et al. 2020, arXiv 1803.10986, for small errors.
 */
import { invert } from '../math/elimination.ts'

export interface ToomCook {
  readonly tile: number
  readonly taps: number
  /** Products of a tile: tile + taps - 1. */
  readonly products: number
  /** [products, taps] */
  readonly filter: readonly (readonly number[])[]
  /** [products, products] */
  readonly input: readonly (readonly number[])[]
  /** [tile, products] */
  readonly result: readonly (readonly number[])[]
}

const points = [0, -1, 1, 0.5, -2, -0.5, 2]

/** @throws {RangeError} More than seven points and infinity would be needed. */
export function toomCook(tile: number, taps: number): ToomCook {
  const products = tile + taps - 1
  if (products - 1 > points.length) {
    throw new RangeError(`toomCook: expected tile + taps of at most ${points.length + 2}, got ${tile + taps}`)
  }
  const finite = points.slice(0, products - 1)
  /** Row for each point: its powers; infinity sees the last coefficient alone. */
  const evaluation = (length: number): number[][] => [
    ...finite.map((point) => Array.from({ length }, (_, power) => point ** power)),
    Array.from({ length }, (_, power) => Number(power === length - 1)),
  ]
  const backwards = transposed(inverted(evaluation(products)))
  // Each product may be scaled on one side and back on the other: the filter takes the sizes of the input's rows.
  const sizes = backwards.map((row) => Math.max(...row.map(Math.abs)))
  return {
    tile,
    taps,
    products,
    filter: evaluation(taps).map((row, i) => row.map((value) => value * sizes[i]!)),
    input: backwards.map((row, i) => row.map((value) => value / sizes[i]!)),
    result: transposed(evaluation(tile)),
  }
}

const transposed = (matrix: readonly (readonly number[])[]): number[][] =>
  matrix[0]!.map((_, j) => matrix.map((row) => row[j]!))

function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length
  const flat = invert(matrix.flat(), size, { isPivoting: true })
  return matrix.map((_, i) => [...flat.subarray(i * size, (i + 1) * size)])
}
