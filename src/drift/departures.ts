/** Whether some pictures are like those that a model learnt from; where not, in which respect, and in words. */
import { quantile } from '../math/order-statistics.ts'
import { type MeasureName, measureNames, type Reference } from '../wire/reference.ts'
import type { ImageMeasures } from './measure-image.ts'
import { usualRange } from './reference.ts'

export interface Departure {
  readonly measure: MeasureName
  /** Median of the pictures shown, and of those in training. */
  readonly value: number
  readonly usual: number
  /** Range within which a picture is as in training. */
  readonly low: number
  readonly high: number
  /** How many of the pictures shown are outside. */
  readonly outside: number
  readonly of: number
}

/**
 * Respects in which more than half of the pictures are outside of what training showed. One odd picture among several is no
 * departure: that is for its score to say.
 */
export function departuresFrom(
  reference: Reference,
  pictures: readonly ImageMeasures[],
  names: readonly MeasureName[] = measureNames,
): readonly Departure[] {
  if (pictures.length === 0) return []
  return names.flatMap((measure): Departure[] => {
    const { low, high } = usualRange(reference, measure)
    const values = pictures.map((picture) => picture[measure])
    const outside = values.filter((value) => value < low || value > high).length
    if (2 * outside <= values.length) return []
    const usual = quantile(reference.measures[measure].quantiles, 0.5)
    return [{ measure, value: quantile(values, 0.5), usual, low, high, outside, of: values.length }]
  })
}

const words: Readonly<Record<MeasureName, readonly [less: string, more: string, digits: number]>> = {
  width: ['narrower', 'wider', 0],
  height: ['lower', 'higher', 0],
  aspect: ['of a narrower shape', 'of a wider shape', 2],
  brightness: ['darker', 'brighter', 0],
  contrast: ['flatter', 'richer in contrast', 0],
  sharpness: ['less sharp', 'sharper', 1],
  black: ['with less black', 'with more black', 2],
  white: ['with less white', 'with more white', 2],
  redness: ['less red', 'redder', 0],
  blueness: ['less blue', 'bluer', 0],
  objectX: ['with the object further left', 'with the object further right', 2],
  objectY: ['with the object further up', 'with the object further down', 2],
  objectShare: ['with a smaller object', 'with a larger object', 2],
  objectSpread: ['with a less extended object', 'with a more extended object', 2],
}

/** As `darker (brightness 41, in training 118..131)`. */
export function departureWords({ measure, value, usual }: Departure, { measures }: Reference): string {
  const [less, more, digits] = words[measure]
  const { quantiles } = measures[measure]
  const [from, to] = [quantiles[0]!, quantiles[quantiles.length - 1]!].map((end) => end.toFixed(digits))
  const range = from === to ? from : `${from}..${to}`
  return `${value < usual ? less : more} (${measure} ${value.toFixed(digits)}, in training ${range})`
}
