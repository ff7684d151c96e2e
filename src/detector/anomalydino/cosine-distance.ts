/** How far patches point from their nearest in a bank, inside a graph. */
import {
  div,
  matmul,
  maximum,
  mul,
  reduceMax,
  reduceMean,
  reduceSum,
  sqrt,
  sub,
  topK,
  transpose,
  type Value,
} from '../../graph/index.ts'
import { forSeenCells, type SeenCells } from '../score-graph/seen-cells.ts'

/** Below it a length is taken for this, so that a patch of zeros has a direction to none. */
export const leastLength = 1e-12

/**
 * 1 - cosine, the mean over the nearest.
 *
 * @param patches - float32 [images, cells, dims], of any length; a patch of zeros is 1 from everything.
 * @param bank - float32 [rows, dims], each of length 1. @param neighbours - Fewer where the bank has fewer rows.
 * @param seen - Cells that are searched for; others get what one of these has.
 * @returns float32 [images, cells].
 */
export function cosineDistance(
  patches: Value,
  bank: Float32Array,
  neighbours: number,
  seen: SeenCells,
): Value {
  const dims = patches.shape[2]!
  const rows = bank.length / dims
  const length = sqrt(reduceSum(mul(patches, patches), [2], true))
  const unit = div(patches, maximum(length, leastLength))
  const matrix = transpose(patches.graph.constant(bank, [rows, dims]), [1, 0])
  const count = Math.min(neighbours, rows)
  const nearest = (part: Value): Value => {
    const cosines = matmul(part, matrix)
    return count === 1 ? reduceMax(cosines, [2]) : reduceMean(topK(cosines, count).values, [2])
  }
  return sub(1, forSeenCells(unit, seen, rows, nearest))
}
