/** How anomalies are made: every number, and the reference's values. */
import { UsageError } from '../errors.ts'

export interface SynthesisOptions {
  /**
   * Cells of the mask's noise along each axis: 2 to the power of a whole number from `first` up to and without `end`, drawn
   * for each axis alone. Larger exponents make smaller specks. Never more cells than half the pixels of that side.
   */
  readonly scaleExponents: { readonly first: number; readonly end: number }
  /** The mask is where the noise, of range -1..1, lies above this. */
  readonly noiseThreshold: number
  /** Largest turn of the mask's noise to either side, degrees. */
  readonly maskTurn: number
  /** Shares of masks that unite two noises, and that intersect two; the rest has one. */
  readonly unionShare: number
  readonly intersectionShare: number
  /** Masks drawn until one meets the foreground. */
  readonly attempts: number
  /** Weight of the nominal image inside the mask (beta): normal, clipped to `low`..`high`; the texture has the rest. */
  readonly imageWeight: {
    readonly mean: number
    readonly deviation: number
    readonly low: number
    readonly high: number
  }
  /** How many of the nine augmentations of the texture are applied, all different; 0 leaves textures as they are. */
  readonly augmentations: number
}

/** The reference's settings: its data set (datasets/mvtec.py), its masks (perlin.py) and its scripts (shell/run-*.sh). */
export const paperSynthesis: SynthesisOptions = {
  scaleExponents: { first: 0, end: 6 },
  noiseThreshold: 0.5,
  maskTurn: 90,
  unionShare: 1 / 3,
  intersectionShare: 1 / 3,
  attempts: 100, // the reference goes on for ever
  imageWeight: { mean: 0.5, deviation: 0.1, low: 0.2, high: 0.8 },
  augmentations: 3,
}

export const synthesisDefaults: SynthesisOptions = paperSynthesis

/** @throws {UsageError} naming every option out of range. */
export function checkSynthesisOptions(options: SynthesisOptions): void {
  const { scaleExponents, imageWeight, unionShare, intersectionShare } = options
  const faults: string[] = []
  const within = (name: string, value: number, low: number, high: number, whole = false): void => {
    if (value >= low && value <= high && (!whole || Number.isInteger(value))) return
    faults.push(`${name}: expected a ${whole ? 'whole ' : ''}number from ${low} to ${high}, got ${value}`)
  }
  within('scaleExponents.first', scaleExponents.first, 0, 12, true)
  within('scaleExponents.end', scaleExponents.end, scaleExponents.first + 1, 13, true)
  within('noiseThreshold', options.noiseThreshold, 0, 1)
  within('maskTurn', options.maskTurn, 0, 180)
  within('unionShare', unionShare, 0, 1)
  within('intersectionShare', intersectionShare, 0, 1)
  within('unionShare + intersectionShare', unionShare + intersectionShare, 0, 1)
  within('attempts', options.attempts, 1, 1e6, true)
  within('imageWeight.mean', imageWeight.mean, 0, 1)
  within('imageWeight.deviation', imageWeight.deviation, 0, 10)
  within('imageWeight.low', imageWeight.low, 0, 1)
  within('imageWeight.high', imageWeight.high, imageWeight.low, 1)
  within('augmentations', options.augmentations, 0, 9, true)
  if (faults.length > 0) throw new UsageError(`synthesis: ${faults.join('; ')}`)
}
