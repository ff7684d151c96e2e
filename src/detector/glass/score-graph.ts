/** GLASS from features to answers, as a graph: patches, standardised, judged by the networks, the largest averaged, and the map. */
import { ModelError, UsageError } from '../../errors.ts'
import {
  asFloat32,
  div,
  greater,
  maximum,
  mul,
  reduceSum,
  reshape,
  sqrt,
  sub,
  type TensorData,
  type Value,
  where,
} from '../../graph/index.ts'
import type { Size } from '../../image/image.ts'
import { named } from '../../present.ts'
import { asRows, cellsOf } from '../score-graph/as-rows.ts'
import { meanOfLargest } from '../score-graph/largest.ts'
import { cellMask, type Grid, gridOf, patchLayout, patchRows } from '../score-graph/patch-rows.ts'
import { mapNamed, type Named, type ScoreGraph, type StageShape } from '../score-graph/score-graph.ts'
import { smooth, smoothLayout } from '../score-graph/smooth.ts'
import { type GlassModel, glassFileName } from './glass-file.ts'
import { judgeRows } from './judge.ts'
import { patchSide } from './patch-embedding.ts'
import { pooledRows } from './pooled-rows.ts'

/** @param networks - Multiplied out (`judge.ts`). */
export function glassGraph(
  { settings, standard }: GlassModel,
  networks: Named<TensorData<'float32'>>,
): ScoreGraph {
  const { shape, stages, embedding, peaks, sigma, edge, scale } = settings
  const gridFor = (shapes: readonly StageShape[], size: Size): Grid =>
    embedding.kind === 'joined'
      ? gridOf(size, embedding.stride)
      : { rows: shapes[0]!.rows, cols: shapes[0]!.cols }

  const embedded = (
    features: readonly Value[],
    layout: Named<Value>,
    shapes: readonly StageShape[],
    size: Size,
  ) => {
    if (embedding.kind === 'pooled') return pooledRows(features, shapes, embedding)
    const rows = patchRows(features, layout, shapes, size, embedding)
    return embedding.relative ? relativeToOwn(rows, named(layout, 'mask')) : rows
  }
  return {
    file: glassFileName,
    stages,
    check(shapes) {
      const [rows, cols] = [
        Math.max(...shapes.map((each) => each.rows)),
        Math.max(...shapes.map((each) => each.cols)),
      ]
      if (Math.min(rows, cols) < patchSide) {
        throw new UsageError(
          `glass: expected maps of features of ${patchSide}x${patchSide} cells or more, got ${cols}x${rows}: a larger --size, or stages of smaller stride`,
        )
      }
      const width =
        embedding.kind === 'pooled' ? embedding.dims : shapes.reduce((sum, { channels }) => sum + channels, 0)
      if (width !== shape.dims) {
        throw new ModelError(glassFileName, `expected patches of ${shape.dims} dimensions, got ${width}`)
      }
    },
    layout(content, shapes, size) {
      const grid = gridFor(shapes, size)
      return {
        mask: cellMask(content, grid, size),
        ...(embedding.kind === 'joined' && patchLayout(content, shapes, size, embedding)),
        ...smoothLayout(content, grid, size, { sigma, edge }),
      }
    },
    judge(features, layout, shapes, size) {
      const grid = gridFor(shapes, size)
      const patches = embedded(features, layout, shapes, size)
      const [images, cells] = patches.shape as [number, number]
      const { graph } = patches
      const constants = mapNamed(networks, ({ data, shape: own }) => graph.constant(data, own))
      const row = (held: TensorData) => graph.constant(asFloat32(held).data, [1, shape.dims])
      const standardised = mul(sub(asRows(patches), row(standard.mean)), row(standard.factor))
      const scores = cellsOf(judgeRows(standardised, shape, scale, constants), images, cells)
      const mask = named(layout, 'mask')
      return { score: meanOfLargest(mul(scores, mask), mask, peaks), map: smooth(scores, layout, grid) }
    },
  }
}

/** As `patch-embedding.ts` has it: less the mean of the picture's patches, over the root mean square of what remains. */
function relativeToOwn(rows: Value, mask: Value): Value {
  const [, cells, dims] = rows.shape as [number, number, number]
  const shown = reshape(mask, [1, cells, 1])
  const count = reduceSum(shown, [1], true) // [1, 1, 1]
  const centred = sub(rows, div(reduceSum(mul(rows, shown), [1], true), count))
  const squares = reduceSum(mul(mul(centred, centred), shown), [1, 2], true)
  const spread = sqrt(div(squares, mul(count, dims)))
  return where(greater(spread, 0), div(centred, maximum(spread, 1e-30)), 0)
}
