/** `quality.exposure`: are images too dark, too bright, or lit differently from each other? A set without any light fails by itself. */
import { rateInterval } from '../../evaluate/clustered-intervals.ts'
import { quantile, robustDeviation } from '../../math/order-statistics.ts'
import type { Picture } from '../../parts/scan/picture.ts'
import type { Guardrail } from '../contract.ts'
import { answer, counted, percent, skipped, some } from './answer.ts'
import type { CheckContext } from './check-context.ts'
import { absoluteExposure, rangeNote } from './exposure-absolute.ts'
import { contactSheet } from './sheet.ts'

const id = 'quality.exposure'

/** Stops (factors of 2 in light) between the 5th and the 95th percentile from which a set is not lit alike: a lamp that
 * loses a third of its light. Healthy forged sets span up to 0.35 (docs/guardrails.md). */
const mostStops = 0.6
/** An image stands out where it is this far from the median, in stops and in the set's own robust deviations. */
const outlierStops = 0.6
const outlierDeviations = 5
/** Share of an image that is black or white beyond what the median image of the set has: what is clipped is lost. */
const mostClipped = 0.05
/** Where the median image has so much of it, white (or black) is the background, and no fault where there is more. */
const background = 0.2
/** Share of the images from which a fault is reported: fewer are for the lists of a run, not for a verdict on a set. */
const leastShare = 0.02
const leastImages = 10
/** Exponent of the sRGB curve, roughly: grey levels to light. */
const gamma = 2.2

export const qualityExposure: Guardrail<CheckContext> = {
  id,
  question: 'Are images too dark, too bright, or lit differently from each other?',
  async run({ scan: { pictures } }) {
    const absolute = absoluteExposure(pictures)
    if (absolute.some(({ severity }) => severity === 'error')) return answer(absolute)
    if (pictures.length < leastImages)
      return skipped(`${counted(pictures.length, 'image')} are too few to compare; it takes ${leastImages}`)
    const stops = pictures.map(({ light }) => gamma * Math.log2((light.mean + 1) / 256))
    const middle = quantile(stops, 0.5)
    const reach = Math.max(outlierStops, outlierDeviations * robustDeviation(stops))
    const outliers = pictures.filter((_, i) => Math.abs(stops[i]! - middle) > reach)
    const spread = quantile(stops, 0.95) - quantile(stops, 0.05)
    const usualBlack = quantile(
      pictures.map(({ light }) => light.black),
      0.5,
    )
    const usualWhite = quantile(
      pictures.map(({ light }) => light.white),
      0.5,
    )
    const clipped = pictures.filter(
      ({ light }) =>
        (usualBlack < background && light.black > usualBlack + mostClipped) ||
        (usualWhite < background && light.white > usualWhite + mostClipped),
    )
    const of = pictures.length
    const ends = [...pictures].sort((a, b) => a.light.mean - b.light.mean)
    const sheet = await contactSheet(
      id,
      'The darkest and the brightest images.',
      [ends.slice(0, 8), ends.slice(-8)].map((row) => row.map(({ thumbnail }) => thumbnail)),
    )
    return answer(
      [
        spread > mostStops
          ? {
              id,
              severity: 'warning',
              title: `Images are lit differently: between the darkest and the brightest twentieth lies a factor of ${(2 ** spread).toFixed(1)} in light (${spread.toFixed(1)} stops).`,
              evidence: { stops: spread, limit: mostStops, images: of },
              remedy:
                'Fix exposure, gain and lamp, or make sure that every level of light is in training and in testing. A column that names the exposure gives figures for each.',
            }
          : outliers.length > leastShare * of
            ? {
                id,
                severity: 'warning',
                title: `${outliers.length} of ${counted(of, 'image')} (${percent(outliers.length / of)}) are much darker or brighter than the others.`,
                evidence: { ...share(outliers, of), stopsFromMedian: reach },
                remedy:
                  'Look at them: automatic exposure, a shadow, a lamp that failed. Photograph them again, or leave them out of training.',
              }
            : null,
        clipped.length > leastShare * of
          ? {
              id,
              severity: 'warning',
              title: `In ${clipped.length} of ${counted(of, 'image')} (${percent(clipped.length / of)}) more than ${percent(mostClipped)} of the picture is burnt out or drowned in black, beyond what is usual in this set.`,
              evidence: { ...share(clipped, of), usualBlack, usualWhite },
              remedy:
                'Expose less (or more): no detector finds a defect where the camera recorded only white or black.',
            }
          : null,
        ...absolute,
        ...rangeNote(pictures),
      ],
      [sheet],
    )
  },
}

/** Count, share with interval, and examples. */
export function share(pictures: readonly Picture[], of: number) {
  return {
    count: pictures.length,
    of,
    share: pictures.length / of,
    ci: rateInterval(
      pictures.length,
      of,
      Array.from({ length: of }, (_, i) => ({ hits: Number(i < pictures.length), count: 1 })),
    ),
    examples: some(pictures.map(({ sample }) => sample.id)),
  }
}
