/**
 * The training images' features in memory, at half precision: that is what a backbone's features are rounded to
 * (backbone/backbone.ts).
 */

import type { ImageRef, Vision } from '../../backbone/vision.ts'
import { InputError, StatisticalError } from '../../errors.ts'
import { decodeFloat16, encodeFloat16 } from '../../math/float16.ts'
import type { Task } from '../../task.ts'
import { checkCancelled } from '../../task.ts'
import {
  type AffineLayer,
  gatherStatistics,
  type Standardisation,
  type StatisticsGatherer,
} from '../patches/feature-statistics.ts'
import { type Extents, scales } from './flow-shape.ts'
import { type PyramidSource, pyramidFeatures } from './pyramid-features.ts'

export interface FeatureStore {
  readonly count: number
  readonly channels: number
  readonly extents: readonly Extents[]
  /** What standardises the features at each scale; null for features as they are. */
  readonly layers: readonly AffineLayer[] | null
  /** float32 [channels, rows, cols] for each scale; the same memory at each call. */
  mapsOf(image: number): readonly Float32Array[]
}

/**
 * @throws {StatisticalError} No image, or too few cells for deviations. @throws {InputError} An image fails.
 * Memory: 2 bytes for each feature of each image.
 */
export async function collectFeatures(
  refs: readonly ImageRef[],
  vision: Vision,
  source: PyramidSource,
  standardisation: Standardisation,
  task: Task,
): Promise<FeatureStore> {
  if (refs.length === 0) throw new StatisticalError('csflow: no nominal image to learn from')
  const held: (readonly Uint16Array[])[] = []
  let gatherers: readonly StatisticsGatherer[] = []
  let channels = 0
  let extents: readonly Extents[] = []
  for await (const outcome of pyramidFeatures(refs, vision, source, task)) {
    checkCancelled(task)
    if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
    const { maps } = outcome.value
    if (held.length === 0) {
      ;({ channels, extents } = outcome.value)
      gatherers = scales.map((scale) =>
        gatherStatistics(channels, standardisation === 'whitened', {
          where: `csflow: scale ${scale + 1} of ${scales.length}`,
          advice: 'more images, a larger size, or --option standardise=none',
        }),
      )
    }
    if (standardisation !== 'none') for (const scale of scales) gatherers[scale]!.add(maps[scale]!)
    held.push(maps.map((map) => encodeFloat16(map)))
  }
  const decoded = held[0]!.map(({ length }) => new Float32Array(length))
  return {
    count: held.length,
    channels,
    extents,
    layers: standardisation === 'none' ? null : gatherers.map((gatherer) => gatherer.layer(standardisation)),
    mapsOf: (image) => held[image]!.map((codes, scale) => decodeFloat16(codes, decoded[scale]!)),
  }
}
