/**
 * Patches inside a graph: stages averaged over neighbourhoods, brought to one grid, to length 1 where asked for, and joined; what
 * `patches/embed-patches.ts` does for one image, here for the cells of the padding as well, which are then left out by a mask.
 */

import type { PatchDefaults } from '../../backbone/backbone.ts'
import { ModelError } from '../../errors.ts'
import {
  cast,
  concat,
  div,
  matmul,
  maximum,
  mul,
  reduceSum,
  reshape,
  sqrt,
  transpose,
  type Value,
} from '../../graph/index.ts'
import type { Size } from '../../image/image.ts'
import { contentSpan, counted, within } from './content-cells.ts'
import { pictureAxes } from './picture-axes.ts'
import type { Named, StageShape } from './score-graph.ts'
import { stageMix } from './stage-mix.ts'

export interface Grid {
  readonly rows: number
  readonly cols: number
}

export const gridOf = ({ width, height }: Size, stride: number): Grid => ({
  rows: Math.ceil(height / stride),
  cols: Math.ceil(width / stride),
})

/** @param dims - Of the patches that the model in `file` learnt. @throws {ModelError} The stages give patches of another width. */
export function refuseWidth(file: string, dims: number, shapes: readonly StageShape[]): void {
  const width = shapes.reduce((sum, { channels }) => sum + channels, 0)
  if (width === dims) return
  throw new ModelError(file, `expected patches of ${dims} dimensions, got ${width}`)
}

/** 1 for cells that show the picture: float32 [1, cells]. */
export function cellMask(content: Value<'float64'>, { rows, cols }: Grid, size: Size): Value {
  const axes = pictureAxes(content, size)
  const down = within(counted(content, rows, 1, 3), contentSpan(axes.rows, rows))
  const across = within(counted(content, cols, 2, 3), contentSpan(axes.cols, cols))
  return cast(reshape(mul(down, across), [1, rows * cols]), 'float32')
}

type Embedding = Omit<PatchDefaults, 'stages'>

/** `rows.<stage>` and `cols.<stage>`. */
export function patchLayout(
  content: Value<'float64'>,
  shapes: readonly StageShape[],
  size: Size,
  { stride, neighbourhood }: Embedding,
): Named<Value> {
  const axes = pictureAxes(content, size)
  const grid = gridOf(size, stride)
  return Object.fromEntries(
    shapes.flatMap(({ stage, rows, cols }) => [
      [`rows.${stage}`, stageMix(axes.rows, rows, grid.rows, neighbourhood)],
      [`cols.${stage}`, stageMix(axes.cols, cols, grid.cols, neighbourhood)],
    ]),
  )
}

/** @returns float32 [images, cells, dims]. */
export function patchRows(
  features: readonly Value[],
  layout: Named<Value>,
  shapes: readonly StageShape[],
  size: Size,
  { stride, unitLength }: Embedding,
): Value {
  const grid = gridOf(size, stride)
  const parts = features.map((map, i) => {
    const { stage, channels, rows, cols } = shapes[i]!
    const [images] = map.shape as [number]
    const byCell = reshape(transpose(map, [0, 2, 3, 1]), [images, rows, cols * channels])
    const down = matmul(layout[`rows.${stage}`]!, byCell)
    const both = matmul(layout[`cols.${stage}`]!, reshape(down, [images, grid.rows, cols, channels]))
    const part = reshape(both, [images, grid.rows * grid.cols, channels])
    return unitLength ? toUnitLength(part, 2) : part
  })
  return concat(parts, 2)
}

/** Features along the axis at length 1; zeros stay: what float16 tells from 0 has squares far above the least one here. */
export function toUnitLength(x: Value, axis: number): Value {
  const squares = reduceSum(mul(x, x), [axis], true)
  return div(x, sqrt(maximum(squares, 1e-30)))
}
