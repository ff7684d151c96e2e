/**
 * A model as one graph: a camera's picture in, score, map and frame out. Preparation, network and detector are the functions over
 * values that the program itself runs; here they are put one after the other.
 */
import type { Network } from '../backbone/network.ts'
import { type ScoreGraph, shapeOfStage } from '../detector/score-graph/score-graph.ts'
import { ownView, stageInView } from '../detector/score-graph/views.ts'
import {
  cast,
  clip,
  concat,
  expandTo,
  foldConstants,
  GraphBuilder,
  int64s,
  reshape,
  shapeOf,
  type Value,
} from '../graph/index.ts'
import type { Fit, Size } from '../image/image.ts'
import { type FedPicture, viewPictures } from './view-pictures.ts'

export interface ModelParts {
  readonly network: Network
  readonly score: ScoreGraph
  readonly size: Size
  readonly fit: Fit
}

export interface ModelGraphOptions extends FedPicture {
  /** Whether what stages give is put out as well, to find where two runtimes part. */
  readonly isDiagnostic: boolean
}

/** Names of outputs, fixed. */
export const outputNames = { score: 'score', map: 'map', frame: 'frame' } as const
export const resizedName = 'resized'
export const featureName = (stage: string): string => `features.${stage}`

/** @throws {ModelError} The detector does not fit the network. Cost: runs what does not depend on the picture once. */
export async function modelGraph(parts: ModelParts, options: ModelGraphOptions): Promise<GraphBuilder> {
  const { network, score, size, fit } = parts
  const { views = [ownView] } = score
  const graph = new GraphBuilder('plumbline')
  const pictures = viewPictures(graph, size, fit, options, views)
  const features = pictures.of.flatMap(({ pixels }, i) =>
    [...network.build(pixels)].map(
      ([stage, map]) => [stageInView(stage, views[i]!), toHalfPrecision(map)] as const,
    ),
  )
  const shapes = features.map(([stage, map]) => shapeOfStage(stage, map))
  score.check(shapes, size)
  const maps = features.map(([, map]) => map)
  const { content, pixels } = pictures.own
  const seen = pictures.of.map((picture) => picture.content)
  const state = Object.fromEntries(
    Object.entries(score.state ?? {}).map(([name, held]) => [name, graph.constantOf(held)]),
  )
  const judged = score.judge(maps, score.layout(content, shapes, size, seen), shapes, size, state)
  graph.output(outputNames.score, judged.score)
  graph.output(outputNames.map, judged.map)
  graph.output(outputNames.frame, frameOf(content, judged.score))
  if (options.isDiagnostic) {
    graph.output(resizedName, cast(pixels as Value<'uint8'>, 'float32'))
    for (const [stage, map] of features) graph.output(featureName(stage), map)
  }
  return foldConstants(graph, { threads: 1 })
}

/** As features are rounded on their way through the cache: nearest float16, ends held. */
function toHalfPrecision(x: Value): Value {
  return cast(cast(clip(x, { min: -65504, max: 65504 }), 'float16'), 'float32')
}

/** @returns int64 [images, 4]: left, top, width and height of the photograph within the map. */
function frameOf(content: Value<'float64'>, score: Value): Value<'int64'> {
  const row = reshape(cast(content, 'int64'), [1, 4])
  const images = score.shape[0]!
  if (images === 1) return row
  const extents = concat([shapeOf(score, 0, 1), score.graph.constantOf(int64s([4]))], 0)
  return expandTo(row, extents, [images, 4])
}
