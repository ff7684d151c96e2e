/** Toom-Cook along the rows of channel-major maps, as products with constant matrices. */
import type { Value } from './graph.ts'
import { matmul } from './ops-linear.ts'
import { concat, reshape, split } from './ops-shape.ts'
import type { ToomCook } from './toom-cook.ts'

const tilesOf = (rows: number, tile: number): number => Math.ceil(rows / tile)

/** A matrix from a function of row and col. */
function constantMatrix(
  like: Value,
  rows: number,
  cols: number,
  at: (row: number, col: number) => number,
): Value {
  const data = Float32Array.from({ length: rows * cols }, (_, i) => at(Math.floor(i / cols), i % cols))
  return like.graph.constant(data, [rows, cols])
}

/**
 * Inputs of the products: for each of them, [channels, images, tiles, cols].
 *
 * @param x - [channels, images, rows, cols].
 * @param outRows - Rows of the result.
 * @param before - Zeros before the first row; those after the last one are implied.
 */
export function inputTiles(x: Value, method: ToomCook, outRows: number, before: number): readonly Value[] {
  const { tile, products, input } = method
  const tiles = tilesOf(outRows, tile)
  const matrix = constantMatrix(x, products * tiles, x.shape[2]!, (row, col) => {
    const start = (row % tiles) * tile - before
    return input[Math.floor(row / tiles)]![col - start] ?? 0
  })
  return split(matmul(matrix, x), 2, new Array(products).fill(tiles))
}

/** The result, [channels, images, outRows, cols], from its products, each [channels, images, tiles, cols]. */
export function joinTiles(parts: readonly Value[], method: ToomCook, outRows: number): Value {
  const { tile, products, result } = method
  const tiles = tilesOf(outRows, tile)
  const matrix = constantMatrix(parts[0]!, outRows, products * tiles, (row, col) =>
    col % tiles === Math.floor(row / tile) ? result[row % tile]![Math.floor(col / tiles)]! : 0,
  )
  return matmul(matrix, concat(parts, 2))
}

/**
 * Filters of the products: for each of them, [outputs, rest].
 *
 * @param weight - [outputs, kernel rows, rest].
 */
export function filterTransforms(weight: Value, { products, taps, filter }: ToomCook): readonly Value[] {
  const matrix = constantMatrix(weight, products, taps, (row, col) => filter[row]![col]!)
  const [outputs, , rest] = weight.shape as [number, number, number]
  return split(matmul(matrix, weight), 1, new Array(products).fill(1)).map((each) =>
    reshape(each, [outputs, rest]),
  )
}
