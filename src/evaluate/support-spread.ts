/**
 * Where each fold is worked with several supports: how much of the spread of a figure the supports make.
 *
 * One-way analysis of variance (Searle, Casella and McCulloch 1992, chapter 3): within a fold figures differ by their support alone,
 * and the variance of their means over folds holds what both add to the variance of the mean over all.
 */
import type { MeanVariance } from './mean-interval.ts'
import { sampleVariance } from './resample-units.ts'

export interface SupportSpread {
  /** Folds with a figure. */
  readonly folds: number
  /** Of the means of folds; 0 for a single fold. */
  readonly foldVariance: number
  /** Of figures within a fold: from one support to another; null with one support a fold. */
  readonly supportVariance: number | null
  /** Of the latter. */
  readonly degreesOfFreedom: number
}

/** @param perFold - In the order of folds, `draws` figures to each; null where undefined. */
export function supportSpread(perFold: readonly (number | null)[], draws: number): SupportSpread {
  const groups: number[][] = []
  for (let start = 0; start < perFold.length; start += draws) {
    const known = perFold.slice(start, start + draws).filter((value) => value !== null)
    if (known.length > 0) groups.push(known)
  }
  const degreesOfFreedom = groups.reduce((sum, group) => sum + group.length - 1, 0)
  const squares = groups.reduce((sum, group) => sum + sampleVariance(group) * (group.length - 1), 0)
  return {
    folds: groups.length,
    foldVariance: sampleVariance(groups.map((group) => group.reduce((a, b) => a + b, 0) / group.length)),
    supportVariance: degreesOfFreedom === 0 ? null : squares / degreesOfFreedom,
    degreesOfFreedom,
  }
}

/** What one support, not the mean over all of them, is spread by; degrees of freedom by Satterthwaite (1946). */
export function varianceOfOneSupport(
  { variance, degreesOfFreedom }: MeanVariance,
  support: { readonly variance: number; readonly degreesOfFreedom: number },
): MeanVariance {
  const whole = variance + support.variance
  const freedom =
    whole ** 2 / (variance ** 2 / degreesOfFreedom + support.variance ** 2 / support.degreesOfFreedom)
  return { variance: whole, degreesOfFreedom: whole > 0 ? freedom : degreesOfFreedom }
}
