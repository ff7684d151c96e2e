/**
 * PaDiM from features to answers, as a graph: patches, how far each is from the Gaussian of its place, and the map, whose peak is the
 * score.
 *
 * Checked against plain loops in `test/detector/score-graph/padim-graph.test.ts`.
 */
import { ModelError } from '../../errors.ts'
import {
  gather,
  matmul,
  mul,
  reduceMax,
  reduceSum,
  sqrt,
  sub,
  transpose,
  type Value,
} from '../../graph/index.ts'
import { gridOf, patchLayout, patchRows } from '../score-graph/patch-rows.ts'
import type { ScoreGraph } from '../score-graph/score-graph.ts'
import { smooth, smoothLayout } from '../score-graph/smooth.ts'
import { gaussiansFileName, type PadimModel } from './gaussians-file.ts'

export function padimGraph(model: PadimModel): ScoreGraph {
  const { stages, stride, rows, cols, width, kept, sigma } = model.settings
  const grid = { rows, cols }
  return {
    file: gaussiansFileName,
    stages,
    check(shapes, size) {
      const dims = shapes.reduce((sum, { channels }) => sum + channels, 0)
      const given = gridOf(size, stride)
      if (dims === width && given.rows === rows && given.cols === cols) return
      throw new ModelError(
        gaussiansFileName,
        `expected ${width} dimensions at ${rows}x${cols} positions, got ${dims} at ${given.rows}x${given.cols}`,
      )
    },
    layout: (content, shapes, size) => ({
      ...patchLayout(content, shapes, size, model.settings),
      ...smoothLayout(content, grid, size, { sigma, edge: 'renormalise' }),
    }),
    judge(features, layout, shapes, size) {
      const all = patchRows(features, layout, shapes, size, model.settings)
      const patches =
        kept.length === width ? all : gather(all, all.graph.constant(Int32Array.from(kept), [kept.length]), 2)
      const map = smooth(distances(patches, model), layout, grid)
      return { score: reduceMax(map, [1, 2]), map }
    },
  }
}

/** In standard deviations along the Gaussians' own axes. @param patches - float32 [images, cells, dims]. @returns [images, cells]. */
function distances(patches: Value, { settings: { rows, cols }, gaussians }: PadimModel): Value {
  const { graph } = patches
  const cells = rows * cols
  const dims = patches.shape[2]!
  // At the end of both is the Gaussian of all positions, which is fitting's alone.
  const means = gaussians.means.subarray(0, cells * dims)
  const isFull = gaussians.whitening.length > gaussians.means.length
  const whitening = gaussians.whitening.subarray(0, cells * dims * (isFull ? dims : 1))
  const off = sub(patches, graph.constant(means, [1, cells, dims]))
  if (!isFull) {
    const white = mul(off, graph.constant(whitening, [1, cells, dims]))
    return sqrt(reduceSum(mul(white, white), [2]))
  }
  const white = matmul(graph.constant(whitening, [cells, dims, dims]), transpose(off, [1, 2, 0])) // [cells, dims, images]
  return sqrt(transpose(reduceSum(mul(white, white), [1]), [1, 0]))
}
