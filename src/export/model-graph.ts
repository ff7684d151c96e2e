/**
 * A model as one graph: a camera's picture in, score, map and frame out. Preparation, network and detector are the functions over
 * values that the program itself runs; here they are put one after the other.
 */
import { type Network, networkOf } from '../backbone/network.ts'
import { mapNamed, type ScoreGraph, shapeOfStage } from '../detector/score-graph/score-graph.ts'
import { ownView, stageInView } from '../detector/score-graph/views.ts'
import { UsageError } from '../errors.ts'
import {
  cast,
  clip,
  concat,
  expandTo,
  foldConstants,
  GraphBuilder,
  inHalfPrecision,
  int64s,
  inWholeNumbers,
  observeRanges,
  type Ranges,
  type Region,
  reshape,
  type SessionOptions,
  shapeOf,
  tensor,
  type Value,
  withOutputs,
} from '../graph/index.ts'
import type { Fit, Image, Size } from '../image/image.ts'
import type { ModelParts as OpenedModel } from '../inspect/open-model.ts'
import type { Parity } from '../wire/parity.ts'
import { type FedPicture, viewPictures } from './view-pictures.ts'

export interface ModelParts {
  readonly network: Network
  readonly score: ScoreGraph
  readonly size: Size
  readonly fit: Fit
}

/** Of an opened model. @throws {UsageError} Its detector is no graph. */
export function partsOf({ card, backbone, detector }: OpenedModel): ModelParts {
  const { graph: score } = detector
  if (score === undefined) {
    throw new UsageError(`models of ${card.detector.id} cannot be exported yet`)
  }
  const { width, height, fit } = card.input
  return { network: networkOf({ ...backbone, stages: score.stages }), score, size: { width, height }, fit }
}

/** How precisely networks compute. */
export type Precision = Parity['model']['precision']

/** What a precision needs to know. */
export type Lowering =
  | { readonly precision: 'float32' | 'float16' }
  | { readonly precision: 'int8'; readonly ranges: Ranges }

const fullPrecision: Lowering = { precision: 'float32' }

export interface ModelGraphOptions extends FedPicture {
  /** Default float32. */
  readonly lowering?: Lowering
  /** Whether what stages give is put out as well, to find where two runtimes part. */
  readonly isDiagnostic: boolean
}

/** Names of outputs, fixed. */
export const outputNames = { score: 'score', map: 'map', frame: 'frame' } as const
export const resizedName = 'resized'
export const featureName = (stage: string): string => `features.${stage}`

/**
 * @throws {ModelError} The detector does not fit the network; a number of either is beyond float16, where that is asked for.
 * Cost: runs what does not depend on the picture once.
 */
export async function modelGraph(parts: ModelParts, options: ModelGraphOptions): Promise<GraphBuilder> {
  const { lowering = fullPrecision, isDiagnostic } = options
  const { whole, region } = await wholeGraph(parts, options)
  const outputs = [...whole.outputs.keys()].filter(
    (name) => !region.from.includes(name) && (isDiagnostic || !region.to.includes(name)),
  )
  if (lowering.precision === 'int8') return inWholeNumbers(whole, region, lowering.ranges, outputs)
  if (lowering.precision === 'float32') return withOutputs(whole, outputs)
  const names = { inside: 'weights of the network', outside: parts.score.file }
  return inHalfPrecision(whole, { region, names, outputs })
}

/**
 * @param pictures - RGB, of any size; what they show is what the model will be sure of.
 * @throws {UsageError} There are none.
 */
export async function loweringOf(
  precision: Precision,
  parts: ModelParts,
  pictures: readonly Image[],
  machine: SessionOptions,
): Promise<Lowering> {
  if (precision !== 'int8') return { precision }
  if (pictures.length === 0) {
    throw new UsageError(
      '--precision int8: the model keeps no training images to see ranges on (--no-fixtures), and no dataset is named: --dataset DIR',
    )
  }
  const { whole, region } = await wholeGraph(parts, {
    input: { kind: 'camera' },
    batch: 1,
    channels: 3,
    isDiagnostic: false,
  })
  async function* feeds() {
    for (const { width, height, data } of pictures) yield { image: tensor(data, [1, height, width, 3]) }
  }
  return { precision, ranges: await observeRanges(whole, region, feeds(), machine) }
}

/** The graph in full precision, with where networks begin and end as outputs beside its own. */
async function wholeGraph(
  { network, score, size, fit }: ModelParts,
  options: ModelGraphOptions,
): Promise<{ readonly whole: GraphBuilder; readonly region: Region }> {
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
  const state = mapNamed(score.state ?? {}, (held) => graph.constantOf(held))
  const judged = score.judge(maps, score.layout(content, shapes, size, seen), shapes, size, state)
  graph.output(outputNames.score, judged.score)
  graph.output(outputNames.map, judged.map)
  graph.output(outputNames.frame, frameOf(content, judged.score))
  if (options.isDiagnostic) graph.output(resizedName, cast(pixels as Value<'uint8'>, 'float32'))
  for (const [stage, map] of features) graph.output(featureName(stage), map)
  for (const [i, view] of pictures.of.entries()) graph.output(`seen.${i}`, view.pixels)
  const region = {
    from: pictures.of.map((_, i) => `seen.${i}`),
    to: features.map(([stage]) => featureName(stage)),
  }
  return { whole: await foldConstants(graph, { threads: 1 }), region }
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
