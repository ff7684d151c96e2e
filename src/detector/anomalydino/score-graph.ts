/**
 * AnomalyDINO from features to answers, as a graph: patches, the directions nearest to theirs, the mean of the largest distances,
 * and the map. Without the mask: that is a principal component of each picture's own patches.
 *
 * Checked against AnomalyDINO's own values in `test/detector/anomalydino/golden.test.ts`, against plain loops in
 * `test/detector/score-graph/anomalydino-graph.test.ts`.
 */
import { mul } from '../../graph/index.ts'
import { named } from '../../present.ts'
import { cellCount, largestShares, meanOfShare } from '../score-graph/largest-share.ts'
import { cellMask, gridOf, patchLayout, patchRows, refuseWidth } from '../score-graph/patch-rows.ts'
import type { ScoreGraph } from '../score-graph/score-graph.ts'
import { seenCells, seenLayout } from '../score-graph/seen-cells.ts'
import { smooth, smoothLayout } from '../score-graph/smooth.ts'
import { cosineDistance } from './cosine-distance.ts'
import { type AnomalydinoModel, anomalydinoFileName } from './model.ts'

export function anomalydinoGraph({ settings, dims, bank }: AnomalydinoModel): ScoreGraph {
  const { stages, stride, neighbours, top, sigma } = settings
  return {
    file: anomalydinoFileName,
    stages,
    check: (shapes) => refuseWidth(anomalydinoFileName, dims, shapes),
    layout(content, shapes, size) {
      const grid = gridOf(size, stride)
      return {
        mask: cellMask(content, grid, size),
        ...seenLayout(content, grid, size),
        'cell.shares': largestShares(cellCount(content, grid, size), grid.rows * grid.cols, top),
        ...patchLayout(content, shapes, size, settings),
        ...smoothLayout(content, grid, size, { sigma, edge: 'reflect' }),
      }
    },
    judge(features, layout, shapes, size) {
      const patches = patchRows(features, layout, shapes, size, settings)
      const distance = cosineDistance(patches, bank, neighbours, seenCells(layout))
      return {
        score: meanOfShare(mul(distance, named(layout, 'mask')), named(layout, 'cell.shares')),
        map: smooth(distance, layout, gridOf(size, stride)),
      }
    },
  }
}
