/**
 * PatchCore from features to answers, as a graph: patches, their nearest banked ones, the largest distances weighed by the
 * neighbourhood of the farthest patch's nearest one, and the map.
 *
 * Source: Roth et al. 2022, equations 6 and 7. Checked against plain loops in
 * `test/detector/score-graph/patchcore-graph.test.ts`.
 */

import {
  argMax,
  cast,
  div,
  equal,
  exp,
  gather,
  matmul,
  mul,
  reduceMax,
  reduceSum,
  reshape,
  sub,
  topK,
  type Value,
} from '../../graph/index.ts'
import { named } from '../../present.ts'
import { centreRows } from '../patches/centred.ts'
import { meanOfLargest } from '../score-graph/largest.ts'
import {
  type BankValues,
  bankValues,
  lengths,
  nearestBank,
  relativeSquares,
} from '../score-graph/nearest-bank.ts'
import { cellMask, gridOf, patchLayout, patchRows, refuseWidth } from '../score-graph/patch-rows.ts'
import type { ScoreGraph } from '../score-graph/score-graph.ts'
import { seenCells, seenLayout } from '../score-graph/seen-cells.ts'
import { smooth, smoothLayout } from '../score-graph/smooth.ts'
import { type Bank, bankFileName } from './bank-file.ts'

export function patchcoreGraph({ settings, dims, rows, axes }: Bank): ScoreGraph {
  const { stages, stride, peaks, sigma, neighbours } = settings
  const held = { ...centreRows(rows, dims), axes }
  return {
    file: bankFileName,
    stages,
    check: (shapes) => refuseWidth(bankFileName, dims, shapes),
    layout(content, shapes, size) {
      const grid = gridOf(size, stride)
      return {
        mask: cellMask(content, grid, size),
        ...seenLayout(content, grid, size),
        ...patchLayout(content, shapes, size, settings),
        ...smoothLayout(content, grid, size, { sigma, edge: 'renormalise' }),
      }
    },
    judge(features, layout, shapes, size) {
      const grid = gridOf(size, stride)
      const bank = bankValues(features[0]!, held)
      const patches = sub(patchRows(features, layout, shapes, size, settings), bank.mean)
      const nearest = nearestBank(patches, bank, seenCells(layout))
      const mask = named(layout, 'mask')
      const distance = mul(nearest.distance, mask)
      const height = meanOfLargest(distance, mask, peaks)
      const farthest = { patches, distance, nearest: nearest.rows }
      const score = neighbours < 2 ? height : mul(height, rarity(farthest, bank, neighbours))
      return { score, map: smooth(nearest.distance, layout, grid) }
    },
  }
}

/**
 * 1 - exp(d*) / Σ exp(d_b) of the farthest patch: the sum over the banked rows nearest to the one nearest to it.
 *
 * @returns float32 [images].
 */
function rarity(
  { patches, distance, nearest }: { patches: Value; distance: Value; nearest: Value },
  bank: BankValues,
  neighbours: number,
): Value {
  const { graph } = patches
  const [, cells, dims] = patches.shape as [number, number, number]
  const places = graph.constant(
    BigInt64Array.from({ length: cells }, (_, i) => BigInt(i)),
    [1, 1, cells],
  )
  const farthest = reshape(argMax(distance, 1), [patches.shape[0]!, 1, 1])
  const pick = cast(equal(places, farthest), 'float32') // [images, 1, cells]
  const patch = matmul(pick, patches)
  const own = reduceMax(distance, [1], true)
  const around = relativeSquares(matmul(pick, nearest), bank)
  const count = Math.min(neighbours, bank.count)
  const { indices } = topK(around, count, { largest: false, sorted: false })
  const close = reshape(gather(bank.rows, indices), [patches.shape[0]!, count, dims])
  const sum = reduceSum(exp(sub(lengths(sub(patch, close)), own)), [1])
  return sub(1, div(1, sum))
}
