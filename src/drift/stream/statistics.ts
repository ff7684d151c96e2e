/** What is watched, and what changed where it raises the alarm. */
import type { MeasureName } from '../../wire/reference.ts'
import type { DriftGroup } from '../../wire/station/drift.ts'
import type { ImageMeasures } from '../measure-image.ts'

/** Measures of the picture, and the score; the size of the picture is for the model's own look at its input. */
export const watched = {
  score: 'score',
  brightness: 'light',
  contrast: 'light',
  black: 'light',
  white: 'light',
  redness: 'light',
  blueness: 'light',
  sharpness: 'focus',
  objectX: 'position',
  objectY: 'position',
  objectShare: 'product',
  objectSpread: 'product',
} as const satisfies Readonly<Record<string, DriftGroup>>

export type WatchedName = keyof typeof watched
export const watchedNames = Object.keys(watched) as readonly WatchedName[]

/** One image of a part: its score, and what it looks like. */
export type Observation = Readonly<Record<WatchedName, number>>

/** @param score - Raw, finite. */
export function observationOf(score: number, measures: ImageMeasures): Observation {
  const of = (name: WatchedName & MeasureName): number => measures[name]
  return {
    score,
    brightness: of('brightness'),
    contrast: of('contrast'),
    black: of('black'),
    white: of('white'),
    redness: of('redness'),
    blueness: of('blueness'),
    sharpness: of('sharpness'),
    objectX: of('objectX'),
    objectY: of('objectY'),
    objectShare: of('objectShare'),
    objectSpread: of('objectSpread'),
  }
}
