/** How the pictures that a model learnt from are distributed, measure by measure, and where another picture stands among them. */
import { quantileOfSorted } from '../math/order-statistics.ts'
import {
  type Distribution,
  keptQuantiles,
  type MeasureName,
  measureNames,
  type Reference,
} from '../wire/reference.ts'
import type { ImageMeasures } from './measure-image.ts'

/** @returns Null of none. */
export function referenceOf(all: readonly ImageMeasures[]): Reference | null {
  if (all.length === 0) return null
  const measures = Object.fromEntries(
    measureNames.map((name) => [name, distributionOf(Float64Array.from(all, (each) => each[name]).sort())]),
  ) as Record<MeasureName, Distribution>
  return { images: all.length, measures }
}

function distributionOf(sorted: Float64Array): Distribution {
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    mean,
    sd: sorted.length < 2 ? 0 : Math.sqrt(squares / (sorted.length - 1)),
    quantiles: Array.from({ length: keptQuantiles }, (_, i) =>
      quantileOfSorted(sorted, i / (keptQuantiles - 1)),
    ),
  }
}

/**
 * Share of the training pictures below the value, ties counted half, linear between the quantiles kept: uniform on 0..1 for pictures
 * that are like them.
 */
export function placeOf({ measures }: Reference, name: MeasureName, value: number): number {
  const { quantiles } = measures[name]
  const last = quantiles.length - 1
  const below = quantiles.filter((each) => each < value).length
  const upTo = quantiles.filter((each) => each <= value).length
  if (upTo > below) return (below + upTo - 1) / 2 / last
  if (below === 0) return 0
  if (below > last) return 1
  const [low, high] = [quantiles[below - 1]!, quantiles[below]!]
  return (below - 1 + (value - low) / (high - low)) / last
}

/**
 * Beyond what was seen in training by so much is another picture. The first number is what nobody would mind, in the measure's unit
 * (relative for sizes), even where training never varied.
 */
const tolerated: Readonly<Record<MeasureName, { readonly least: number; readonly isRelative?: true }>> = {
  width: { least: 0.02, isRelative: true },
  height: { least: 0.02, isRelative: true },
  aspect: { least: 0.02, isRelative: true },
  brightness: { least: 10 },
  contrast: { least: 8 },
  sharpness: { least: 0.6 },
  black: { least: 0.05 },
  white: { least: 0.05 },
  redness: { least: 6 },
  blueness: { least: 6 },
  objectX: { least: 0.06 },
  objectY: { least: 0.06 },
  objectShare: { least: 0.08 },
  objectSpread: { least: 0.05 },
}

/**
 * From where to where a measure is as in training: the range seen, widened by a quarter (by more where few pictures were measured,
 * whose range says little) or by what nobody would mind, whichever is more.
 */
export function usualRange(
  { images, measures }: Reference,
  name: MeasureName,
): { readonly low: number; readonly high: number } {
  const { quantiles } = measures[name]
  const [low, high] = [quantiles[0]!, quantiles[quantiles.length - 1]!]
  const { least, isRelative } = tolerated[name]
  const margin = (end: number): number =>
    Math.max((0.25 + 2 / images) * (high - low), isRelative ? least * end : least)
  return { low: low - margin(low), high: high + margin(high) }
}
