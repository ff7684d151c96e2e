/**
 * The mean of the largest share of values inside a graph: of as many as the picture has, which is known when it is known where the
 * picture lies; values of the padding are 0, and none is below.
 */
import { cast, div, floor, less, maximum, mul, reduceSum, sub, topK, type Value } from '../../graph/index.ts'
import type { Size } from '../../image/image.ts'
import { contentSpan, counted, type Wide } from './content-cells.ts'
import type { Grid } from './patch-rows.ts'
import { pictureAxes } from './picture-axes.ts'

/** How many of `count` count: their share, rounded down, but one at least. */
export const largestOf = (count: number, share: number): number => Math.max(1, Math.floor(share * count))

/** How many cells of a grid show the picture: float64 [1]. */
export function cellCount(content: Wide, { rows, cols }: Grid, size: Size): Wide {
  const axes = pictureAxes(content, size)
  const [down, across] = [contentSpan(axes.rows, rows), contentSpan(axes.cols, cols)]
  return mul(sub(down.end, down.first), sub(across.end, across.first))
}

/** How many pixels of the model's input show it: float64 [1]. */
export function pixelCount(content: Wide, size: Size): Wide {
  const { rows, cols } = pictureAxes(content, size)
  return mul(rows.length, cols.length)
}

/**
 * What each of the sorted values counts.
 *
 * @param count - Of the picture's values, float64 [1]. @param most - Of all of them, padding included.
 * @returns float32 [1, largest of `most`]; the sum is 1.
 */
export function largestShares(count: Wide, most: number, share: number): Value {
  const taken = maximum(floor(mul(count, share)), 1)
  const ranks = counted(count, largestOf(most, share), 1, 2)
  return cast(div(cast(less(ranks, sub(taken, 0.5)), 'float64'), taken), 'float32')
}

/** @param values - float32 [images, values], 0 in the padding. @param shares - Of {@link largestShares}. @returns [images]. */
export function meanOfShare(values: Value, shares: Value): Value {
  const { values: largest } = topK(values, shares.shape[1]!)
  return reduceSum(mul(largest, shares), [1])
}
