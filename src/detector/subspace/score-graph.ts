/**
 * SubspaceAD from features to answers, as a graph: patches, what the subspace leaves of them, the map, and the mean of its largest
 * pixels.
 *
 * Checked against SubspaceAD's own values in `test/detector/subspace/golden.test.ts`, against plain loops in
 * `test/detector/score-graph/subspace-graph.test.ts`.
 */
import { ModelError } from '../../errors.ts'
import { reduceMean, reshape, type Value } from '../../graph/index.ts'
import { largestShares, meanOfShare, pixelCount } from '../score-graph/largest-share.ts'
import { gridOf, patchLayout, patchRows } from '../score-graph/patch-rows.ts'
import type { ScoreGraph } from '../score-graph/score-graph.ts'
import { smooth, smoothLayout } from '../score-graph/smooth.ts'
import { type SubspaceModel, type SubspaceSettings, subspaceFileName } from './model.ts'
import { squaredResidual } from './residual.ts'

export function subspaceGraph({ settings, mean, components }: SubspaceModel): ScoreGraph {
  const { stages, stride, join, top, sigma, reach } = settings
  return {
    file: subspaceFileName,
    stages,
    check(shapes) {
      const widths = shapes.map(({ channels }) => channels)
      const joined = widths.reduce((sum, width) => sum + width, 0)
      const width = join === 'mean' ? joined / widths.length : joined
      if (width !== mean.length || (join === 'mean' && new Set(widths).size > 1)) {
        throw new ModelError(
          subspaceFileName,
          `expected patches of ${mean.length} dimensions, got ${width} of stages with ${widths.join(', ')}`,
        )
      }
    },
    layout(content, shapes, size) {
      return {
        'map.shares': largestShares(pixelCount(content, size), size.width * size.height, top),
        ...patchLayout(content, shapes, size, settings),
        ...smoothLayout(content, gridOf(size, stride), size, { sigma, reach, edge: 'reflect-101' }),
      }
    },
    judge(features, layout, shapes, size) {
      const grid = gridOf(size, stride)
      const patches = joinStages(patchRows(features, layout, shapes, size, settings), settings)
      const map = smooth(squaredResidual(patches, mean, components), layout, grid)
      const pixels = reshape(map, [map.shape[0]!, size.width * size.height])
      return { score: meanOfShare(pixels, layout['map.shares']!), map }
    },
  }
}

/** The stages' parts, side by side, as one of their mean where asked for. */
function joinStages(patches: Value, { join, stages }: SubspaceSettings): Value {
  const [images, cells, dims] = patches.shape as [number, number, number]
  if (join === 'concat' || stages.length === 1) return patches
  return reduceMean(reshape(patches, [images, cells, stages.length, dims / stages.length]), [2])
}
