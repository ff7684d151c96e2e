/**
 * The one colour scale of a run's heat maps: from the median pixel of nominal images to the 99.9 % quantile of all.
 *
 * It is taken from threshold images of the first fold, never from inference images: a scale fitted to what is judged makes
 * every run look as if it had found something. What is ordinary is dark; one extreme pixel cannot dim all others.
 */

import { cutContentMap } from '../../image/content.ts'
import type { Frame, ScoreMap } from '../../image/image.ts'
import { upperQuantile } from '../../math/order-statistics.ts'
import type { ScoreRange } from './heat-map-file.ts'

const sampledPixels = 4096

export interface RangeSampler {
  add(map: ScoreMap, frame: Frame, isNominal: boolean): void
  /** Takes over what was sampled elsewhere. */
  merge(other: SampledRange): void
  sampled(): SampledRange
  range(): ScoreRange
}

/** Pixels of maps, those of nominal images in both. */
export interface SampledRange {
  readonly nominal: Float32Array
  readonly all: Float32Array
}

export function createRangeSampler(): RangeSampler {
  const nominal: number[] = []
  const all: number[] = []
  return {
    add(map, frame, isNominal) {
      const { data } = cutContentMap(map, frame)
      const step = Math.max(1, Math.floor(data.length / sampledPixels))
      for (let i = 0; i < data.length; i += step) {
        const value = data[i]!
        if (!Number.isFinite(value)) continue
        all.push(value)
        if (isNominal) nominal.push(value)
      }
    },
    merge(other) {
      for (const value of other.nominal) nominal.push(value)
      for (const value of other.all) all.push(value)
    },
    sampled: () => ({ nominal: Float32Array.from(nominal), all: Float32Array.from(all) }),
    range() {
      if (all.length === 0) return { low: 0, high: 1 }
      const low = upperQuantile(nominal.length > 0 ? nominal : all, 0.5)
      const high = upperQuantile(all, 0.999)
      return high > low ? { low, high } : { low, high: low + 1 }
    },
  }
}
