/** The score of an image from those of its cells, inside a graph. */
import { div, minimum, reduceMax, reduceSum, topK, type Value } from '../../graph/index.ts'

/**
 * The mean of the largest values where the mask is 1, or of all of them where there are fewer.
 *
 * @param values - float32 [images, cells], at least 0, and 0 where the mask is. @param mask - float32 [1, cells]. @returns [images].
 */
export function meanOfLargest(values: Value, mask: Value, count: number): Value {
  if (count === 1) return reduceMax(values, [1])
  const { values: largest } = topK(values, Math.min(count, values.shape[1]!))
  return div(reduceSum(largest, [1]), minimum(reduceSum(mask, [1]), count))
}
