/** Features of images at three scales, as a flow takes them in. */
import type { FeatureMap, ImageFeatures } from '../../backbone/backbone.ts'
import type { ImageRef, Outcome, Scaling, Vision } from '../../backbone/vision.ts'
import type { Frame } from '../../image/image.ts'
import { quietTask, type Task } from '../../task.ts'
import type { Extents } from './flow-shape.ts'

/** One image. */
export interface PyramidFeatures {
  /** float32 [channels, rows, cols] for each scale, fine to coarse; stages joined along the channels. */
  readonly maps: readonly Float32Array[]
  readonly channels: number
  readonly extents: readonly Extents[]
  /** Of each scale. */
  readonly frames: readonly Frame[]
}

export interface PyramidSource {
  /** Of the finest scale, as a multiple of the vision's size. */
  readonly magnify: number
  readonly scaling: Scaling
  readonly stages: readonly string[]
  /** Whether each stage's features of a cell are brought to length 1. */
  readonly unitLength: boolean
}

/** The vision at each scale, fine to coarse. @throws {UsageError} A size is not of whole pixels. */
export function pyramidViews(vision: Vision, { magnify, scaling }: PyramidSource): readonly Vision[] {
  const finest = magnify === 1 ? vision : vision.scaled(magnify)
  return [finest, finest.scaled(1 / 2, scaling), finest.scaled(1 / 4, scaling)]
}

/** Images in the order asked for; one that fails at any scale is an outcome. */
export async function* pyramidFeatures(
  refs: readonly ImageRef[],
  vision: Vision,
  source: PyramidSource,
  task: Task,
): AsyncGenerator<Outcome<PyramidFeatures>> {
  const alone: Task = { ...task, progress: quietTask.progress } // one line of progress is enough for three scales
  const streams = pyramidViews(vision, source).map((view, scale) =>
    view.features(refs, source.stages, scale === 0 ? task : alone)[Symbol.asyncIterator](),
  )
  try {
    for (const { path } of refs) {
      const outcomes: Outcome<ImageFeatures>[] = []
      for (const stream of streams) outcomes.push((await stream.next()).value)
      const failed = outcomes.find((outcome) => !outcome.ok)
      if (failed !== undefined) {
        yield failed as Extract<typeof failed, { ok: false }>
        continue
      }
      const scales = outcomes.map((outcome) => (outcome as Extract<typeof outcome, { ok: true }>).value)
      yield { ok: true, path, value: joinScales(scales, source.unitLength) }
    }
  } finally {
    for (const stream of streams) await stream.return?.()
  }
}

function joinScales(scales: readonly ImageFeatures[], unitLength: boolean): PyramidFeatures {
  return {
    maps: scales.map(({ maps }) => joinStages(maps, unitLength)),
    channels: scales[0]!.maps.reduce((sum, { channels }) => sum + channels, 0),
    extents: scales.map(({ maps }) => [maps[0]!.rows, maps[0]!.cols]),
    frames: scales.map(({ frame }) => frame),
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
