/** From the scores of cells to a smooth map inside a graph, as `patches/smoothing.ts` makes one. */
import { matmul, reshape, transpose, type Value } from '../../graph/index.ts'
import type { Size } from '../../image/image.ts'
import { type Blur, blurWeights } from './blur-weights.ts'
import { contentSpan } from './content-cells.ts'
import type { Grid } from './patch-rows.ts'
import { pictureAxes } from './picture-axes.ts'
import type { Named } from './score-graph.ts'

/**
 * `blur.rows` and `blur.cols`.
 *
 * @param source - Of what the cells were made, where that was not the model's input itself: it says which of them show the picture.
 */
export function smoothLayout(
  content: Value<'float64'>,
  { rows, cols }: Grid,
  size: Size,
  blur: Blur,
  source: { readonly content: Value<'float64'>; readonly size: Size } = { content, size },
): Named<Value> {
  const axes = pictureAxes(content, size)
  const own = pictureAxes(source.content, source.size)
  return {
    'blur.rows': blurWeights(axes.rows, contentSpan(own.rows, rows), rows, blur),
    'blur.cols': transpose(blurWeights(axes.cols, contentSpan(own.cols, cols), cols, blur), [1, 0]),
  }
}

/** @param cells - float32 [images, cells]; cells of the padding have no weight. @returns float32 [images, rows, cols] of the input. */
export function smooth(cells: Value, layout: Named<Value>, { rows, cols }: Grid): Value {
  const grid = reshape(cells, [cells.shape[0]!, rows, cols])
  return matmul(matmul(layout['blur.rows']!, grid), layout['blur.cols']!)
}
