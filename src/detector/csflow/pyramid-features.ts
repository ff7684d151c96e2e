/** Features of images at three scales, as a flow takes them in. */
import type { FeatureMap, ImageFeatures } from '../../backbone/backbone.ts'
import type { ImageRef, Outcome, Scaling, Vision } from '../../backbone/vision.ts'
import type { Task } from '../../task.ts'
import { type View, viewFeatures } from '../score-graph/views.ts'
import { type Extents, scales } from './flow-shape.ts'

/** One image. */
export interface PyramidFeatures {
  /** float32 [channels, rows, cols] for each scale, fine to coarse; stages joined along the channels. */
  readonly maps: readonly Float32Array[]
  readonly channels: number
  readonly extents: readonly Extents[]
}

export interface PyramidSource {
  /** Of the finest scale, as a multiple of the vision's size. */
  readonly magnify: number
  readonly scaling: Scaling
  readonly stages: readonly string[]
  /** Whether each stage's features of a cell are brought to length 1. */
  readonly unitLength: boolean
}

/** Whole, half and quarter of the finest, fine to coarse. */
export const pyramidViews = ({
  magnify,
  scaling,
}: Pick<PyramidSource, 'magnify' | 'scaling'>): readonly View[] =>
  scales.map((scale) => ({ magnify, shrink: 2 ** scale, scaling }))

/** Images in the order asked for; one that fails at any scale is an outcome. @throws {UsageError} A size is not of whole pixels. */
export async function* pyramidFeatures(
  refs: readonly ImageRef[],
  vision: Vision,
  source: PyramidSource,
  task: Task,
): AsyncGenerator<Outcome<PyramidFeatures>> {
  for await (const outcome of viewFeatures(refs, vision, pyramidViews(source), source.stages, task)) {
    yield outcome.ok ? { ...outcome, value: joinScales(outcome.value, source.unitLength) } : outcome
  }
}

function joinScales(views: readonly ImageFeatures[], unitLength: boolean): PyramidFeatures {
  return {
    maps: views.map(({ maps }) => joinStages(maps, unitLength)),
    channels: views[0]!.maps.reduce((sum, { channels }) => sum + channels, 0),
    extents: views.map(({ maps }) => [maps[0]!.rows, maps[0]!.cols]),
  }
}

function joinStages(maps: readonly FeatureMap[], unitLength: boolean): Float32Array {
  const joined = new Float32Array(maps.reduce((sum, { data }) => sum + data.length, 0))
  let at = 0
  for (const { data, channels } of maps) {
    const own = joined.subarray(at, at + data.length)
    own.set(data)
    if (unitLength) scaleCellsInPlace(own, channels)
    at += data.length
  }
  return joined
}

/** Brings each cell of [channels, positions] to length 1; one of zeros stays. */
function scaleCellsInPlace(map: Float32Array, channels: number): void {
  const positions = map.length / channels
  const squares = new Float64Array(positions)
  for (let i = 0; i < map.length; i++) squares[i % positions]! += map[i]! * map[i]!
  for (let i = 0; i < positions; i++) squares[i] = squares[i]! > 0 ? 1 / Math.sqrt(squares[i]!) : 0
  for (let i = 0; i < map.length; i++) map[i]! *= squares[i % positions]!
}
