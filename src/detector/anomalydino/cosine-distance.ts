/** How far patches point from their nearest in a bank, inside a graph. */
import {
  concat,
  div,
  matmul,
  maximum,
  mul,
  reduceMax,
  reduceMean,
  reduceSum,
  slice,
  sqrt,
  sub,
  topK,
  transpose,
  type Value,
} from '../../graph/index.ts'

/** Products held at a time for one image: 16 MB. */
const blockElements = 1 << 22
/** Below it a length is taken for this, so that a patch of zeros has a direction to none. */
export const leastLength = 1e-12

/**
 * 1 - cosine, the mean over the nearest.
 *
 * @param patches - float32 [images, cells, dims], of any length; a patch of zeros is 1 from everything.
 * @param bank - float32 [rows, dims], each of length 1. @param neighbours - Fewer where the bank has fewer rows.
 * @returns float32 [images, cells].
 */
export function cosineDistance(patches: Value, bank: Float32Array, neighbours: number): Value {
  const [, cells, dims] = patches.shape as [number, number, number]
  const rows = bank.length / dims
  const length = sqrt(reduceSum(mul(patches, patches), [2], true))
  const unit = div(patches, maximum(length, leastLength))
  const matrix = transpose(patches.graph.constant(bank, [rows, dims]), [1, 0])
  const count = Math.min(neighbours, rows)
  const block = Math.max(1, Math.floor(blockElements / rows))
  const parts: Value[] = []
  for (let start = 0; start < cells; start += block) {
    const some = cells <= block ? unit : slice(unit, { axis: 1, start, end: Math.min(cells, start + block) })
    const cosines = matmul(some, matrix)
    parts.push(count === 1 ? reduceMax(cosines, [2]) : reduceMean(topK(cosines, count).values, [2]))
  }
  return sub(1, parts.length === 1 ? parts[0]! : concat(parts, 1))
}
