/** What of a map stands out: connected areas at or above a level, in pixels of the photograph as it stands upright. */
import { cutContentMap } from '../image/content.ts'
import type { Frame, ScoreMap } from '../image/image.ts'
import { upperQuantile } from '../math/order-statistics.ts'
import type { ModelCard } from '../wire/model.ts'

/** The largest value of a map over the picture, without the padding. */
export function peakOf(map: ScoreMap, frame: Frame): number {
  let peak = -Infinity
  for (const value of cutContentMap(map, frame).data) if (value > peak) peak = value
  return peak
}

/** @param peaks - Of maps of nominal images that the model had not learnt. @returns Null where there are none. */
export const regionLevel = (peaks: readonly number[]): ModelCard['regions'] =>
  peaks.length === 0 ? null : { level: upperQuantile(peaks, 0.999), images: peaks.length }
