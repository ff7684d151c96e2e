/**
 * A model as one graph: a camera's picture in, score, map and frame out. Preparation, network and detector are the functions over
 * values that the program itself runs; here they are put one after the other.
 */
import type { Network } from '../backbone/network.ts'
import { type ScoreGraph, shapeOfStage } from '../detector/score-graph/score-graph.ts'
import {
  cast,
  clip,
  concat,
  dynamicExtent,
  expandTo,
  foldConstants,
  GraphBuilder,
  int64s,
  isDynamic,
  reshape,
  shapeOf,
  type Value,
} from '../graph/index.ts'
import type { Fit, Size } from '../image/image.ts'
import { type CameraSize, resizePicture } from './camera-resize.ts'

/** What the model is fed: pictures of any size, of one size, or such as have the model's input size already. */
export type ModelInput =
  | { readonly kind: 'camera' }
  | { readonly kind: 'fixed'; readonly size: Size }
  | { readonly kind: 'prepared' }

export interface ModelParts {
  readonly network: Network
  readonly score: ScoreGraph
  readonly size: Size
  readonly fit: Fit
}

export interface ModelGraphOptions {
  readonly input: ModelInput
  /** Pictures to a run; null where the run says. */
  readonly batch: number | null
  /** Of the camera's pictures. */
  readonly channels: 1 | 3
  /** Whether what stages give is put out as well, to find where two runtimes part. */
  readonly isDiagnostic: boolean
}

/** Names of outputs, fixed. */
export const outputNames = { score: 'score', map: 'map', frame: 'frame' } as const
export const resizedName = 'resized'
export const featureName = (stage: string): string => `features.${stage}`

/** @throws {ModelError} The detector does not fit the network. Cost: runs what does not depend on the picture once. */
export async function modelGraph(parts: ModelParts, options: ModelGraphOptions): Promise<GraphBuilder> {
  const { network, score, size } = parts
  const graph = new GraphBuilder('plumbline')
  const { pixels, content } = pictureOf(graph, parts, options)
  const features = [...network.build(pixels)].map(([stage, map]) => [stage, toHalfPrecision(map)] as const)
  const shapes = features.map(([stage, map]) => shapeOfStage(stage, map))
  score.check(shapes)
  const maps = features.map(([, map]) => map)
  const judged = score.judge(maps, score.layout(content, shapes, size), shapes, size)
  graph.output(outputNames.score, judged.score)
  graph.output(outputNames.map, judged.map)
  graph.output(outputNames.frame, frameOf(content, judged.score))
  if (options.isDiagnostic) {
    graph.output(resizedName, cast(pixels as Value<'uint8'>, 'float32'))
    for (const [stage, map] of features) graph.output(featureName(stage), map)
  }
  return foldConstants(graph, { threads: 1 })
}

interface Picture {
  /** [images, rows, cols, 3] of the model's input, 0..255. */
  readonly pixels: Value<'uint8'> | Value
  /** float64 [4] */
  readonly content: Value<'float64'>
}

function pictureOf(graph: GraphBuilder, { size, fit }: ModelParts, options: ModelGraphOptions): Picture {
  const { input, channels } = options
  const images = options.batch ?? dynamicExtent('N')
  if (input.kind === 'prepared') {
    const image = graph.input('image', 'uint8', [images, size.height, size.width, channels])
    const pixels = channels === 3 ? image : concat([image, image, image], 3)
    return { pixels, content: graph.constant(Float64Array.of(0, 0, size.width, size.height), [4]) }
  }
  const [height, width] =
    input.kind === 'fixed' ? [input.size.height, input.size.width] : [dynamicExtent('H'), dynamicExtent('W')]
  const image = graph.input('image', 'uint8', [images, height, width, channels])
  const { pixels, frame } = resizePicture(image, sizeOf(image, height, width), channels, size, fit)
  return { pixels, content: frame.content }
}

function sizeOf(image: Value<'uint8'>, height: number, width: number): CameraSize {
  const known = (extent: number) => image.graph.constant(Float64Array.of(extent), [1])
  const read = (axis: number) => cast(shapeOf(image, axis, axis + 1), 'float64')
  return {
    height,
    width,
    heightValue: isDynamic(height) ? read(1) : known(height),
    widthValue: isDynamic(width) ? read(2) : known(width),
  }
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
