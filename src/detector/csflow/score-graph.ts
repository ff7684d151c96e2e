/**
 * CS-Flow from features to answers, as a graph: features at three scales, joined and standardised, through the flow; half the mean
 * energy of the latents is the score, the energies at the finest scale are the map.
 *
 * Source: github.com/marco-rudolph/cs-flow, evaluate.py. Checked against plain loops in `test/detector/score-graph/csflow-graph.test.ts`.
 */
import { ModelError } from '../../errors.ts'
import {
  add,
  cast,
  concat,
  div,
  floor,
  less,
  maximum,
  mul,
  reduceSum,
  reshape,
  sub,
  topK,
  transpose,
  type Value,
} from '../../graph/index.ts'
import { named } from '../../present.ts'
import { counted, type Wide } from '../score-graph/content-cells.ts'
import { cellCount } from '../score-graph/largest-share.ts'
import { cellMask, type Grid, toUnitLength } from '../score-graph/patch-rows.ts'
import type { ScoreGraph, StageShape } from '../score-graph/score-graph.ts'
import { smooth, smoothLayout } from '../score-graph/smooth.ts'
import { sizeOfView } from '../score-graph/views.ts'
import { asPyramid } from './coupling.ts'
import { flowForward, latentEnergies } from './flow.ts'
import { type FlowModel, flowFileName } from './flow-file.ts'
import { type FlowShape, scales } from './flow-shape.ts'
import { pyramidViews } from './pyramid-features.ts'

export function csflowGraph({ settings, parameters, layers }: FlowModel): ScoreGraph {
  const { shape, stages, unitLength, peakShare, sigma } = settings
  const views = pyramidViews(settings)
  const gridAt = (scale: 0 | 1 | 2): Grid => ({
    rows: shape.extents[scale][0],
    cols: shape.extents[scale][1],
  })
  return {
    file: flowFileName,
    stages,
    views,
    hasFixedBatch: true,
    state: parameters,
    check: (shapes) => checkShapes(shape, shapes, stages.length),
    layout(content, _shapes, size, seen) {
      const finest = { content: seen[0]!, size: sizeOfView(size, views[0]!) }
      return {
        ...Object.fromEntries(
          scales.flatMap((scale) => {
            const [grid, own] = [gridAt(scale), sizeOfView(size, views[scale]!)]
            const taken = takenOf(cellCount(seen[scale]!, grid, own), peakShare)
            return [
              [`mask${scale}`, cellMask(seen[scale]!, grid, own)],
              [`taken${scale}`, cast(taken, 'float32')],
              ...(peakShare < 1 ? [[`counts${scale}`, countsOf(taken, grid, peakShare)]] : []),
            ]
          }),
        ),
        ...smoothLayout(content, gridAt(0), size, { sigma, edge: 'renormalise' }, finest),
      }
    },
    judge(features, layout, _shapes, _size, state) {
      const images = features[0]!.shape[0]!
      const pyramid = asPyramid(
        scales.map((scale) => pyramidLevel(features, scale, stages.length, unitLength)),
      )
      const flow = { shape, parameters: state, layers, isPlain: false }
      const energies = latentEnergies(flow, flowForward(flow, pyramid).z)
      const cells = energies.map((energy, scale) =>
        mul(reshape(energy, [images, energy.shape[1]! * energy.shape[2]!]), named(layout, `mask${scale}`)),
      )
      const sums = cells.map((each, scale) => {
        const counts = layout[`counts${scale}`]
        return reduceSum(counts === undefined ? each : mul(topK(each, counts.shape[1]!).values, counts), [1])
      })
      const count = scales.map((scale) => named(layout, `taken${scale}`)).reduce(add)
      return { score: div(sums.reduce(add), mul(count, 2)), map: smooth(cells[0]!, layout, gridAt(0)) }
    },
  }
}

/** @throws {ModelError} */
function checkShapes(shape: FlowShape, shapes: readonly StageShape[], stageCount: number): void {
  const found = scales.map((scale) => shapes.slice(scale * stageCount, (scale + 1) * stageCount))
  const channels = found[0]!.reduce((sum, each) => sum + each.channels, 0)
  const extents = found.map(([first]) => [first?.rows ?? 0, first?.cols ?? 0])
  if (channels === shape.channels && extents.join() === shape.extents.join()) return
  const show = (from: { readonly channels: number; readonly extents: readonly (readonly number[])[] }) =>
    `${from.channels} channels at ${from.extents.map((each) => each.join('x')).join(', ')} cells`
  throw new ModelError(
    flowFileName,
    `expected features of ${show(shape)}, got ${show({ channels, extents })}: another size or backbone than it was trained with`,
  )
}

/** How many of a scale's cells, the most anomalous, count: their share, rounded, but one at least. float64 [1]. */
const takenOf = (count: Wide, share: number): Wide => maximum(floor(add(mul(count, share), 0.5)), 1)

/** 1 for as many of the sorted energies as count: float32 [1, most that can count]. */
function countsOf(taken: Wide, { rows, cols }: Grid, share: number): Value {
  const most = Math.max(1, Math.round(share * rows * cols))
  return cast(less(counted(taken, most, 1, 2), sub(taken, 0.5)), 'float32')
}

/** The stages of one scale, joined, as the flow takes them: float32 [channels, images, rows, cols]. */
function pyramidLevel(
  features: readonly Value[],
  scale: number,
  stageCount: number,
  unitLength: boolean,
): Value {
  const own = features.slice(scale * stageCount, (scale + 1) * stageCount)
  const parts = unitLength ? own.map((map) => toUnitLength(map, 1)) : own
  return transpose(concat(parts, 1), [1, 0, 2, 3])
}
