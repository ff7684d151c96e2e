/**
 * The 95 % interval of a mean over folds: Nadeau and Bengio's corrected resampled t with the correlation measured.
 *
 * Folds share units, so their figures are correlated and s^2/K is far too small. Nadeau and Bengio (2003) write the
 * variance of the mean as (1/K + rho/(1-rho)) s^2 and put n_test/n_train for rho/(1-rho), a guess that needs no second
 * look at the data and fits one test set and one train set. Here a fold has three roles, two classes drawn from their
 * pools at different rates, and noise of its own from refitting, and no count is right for all: n_test/n_train by any
 * convention covers too little in some designs and too much in most (`docs/coverage.md`). The term it stands for, the covariance of two folds, is
 * therefore estimated by resampling whole units (`resample-units.ts`): variance s^2/K + C. Degrees of freedom by Satterthwaite (1946). The interval is made on the logit scale of the figure's
 * range, as is usual for areas and rates near 1 (Pepe 2003, section 5.2), which keeps it inside without clipping.
 */
import { tQuantile } from '../math/distributions.ts'
import type { Interval } from '../wire/evaluation.ts'

export interface MeanVariance {
  readonly variance: number
  readonly degreesOfFreedom: number
}

/** What resampling whole units says of the mean over folds; see `ResampledFigure`. */
export interface UnitSpread {
  readonly covariance: number
  /** Variance of the mean with thresholds chosen anew in every replicate, and with thresholds held. */
  readonly variance: number
  readonly heldVariance: number
}

/**
 * Variance of the mean over folds and its degrees of freedom.
 *
 * s^2/K + C is right on average, but s^2 rests on K values and is often far too small by chance, while resampling is
 * steady and does not see refitting. Where the former falls below the latter, their mean is taken (choosing thresholds anew in
 * replicates overstates their spread somewhat), and never less than the variance with thresholds held.
 *
 * @param foldVariance - Sample variance s^2 of the folds' figures. @param folds - K >= 1.
 * @param units - Units of the smaller class in inference.
 */
export function meanVariance(
  foldVariance: number,
  folds: number,
  spread: UnitSpread,
  units: number,
): MeanVariance {
  const own = foldVariance / folds
  const corrected = own + spread.covariance
  const unitFreedom = Math.max(1, units - 1)
  if (corrected < spread.variance) {
    const variance = Math.max((corrected + spread.variance) / 2, spread.heldVariance)
    return { variance, degreesOfFreedom: unitFreedom }
  }
  const freedom = corrected ** 2 / (own ** 2 / Math.max(1, folds - 1) + spread.covariance ** 2 / unitFreedom)
  return { variance: corrected, degreesOfFreedom: freedom }
}

/** Two-sided 95 % interval on the logit scale of `range`; `mean` strictly inside it. */
export function logitInterval(
  mean: number,
  { variance, degreesOfFreedom }: MeanVariance,
  [low, high]: readonly [number, number],
): Interval {
  const span = high - low
  const share = (mean - low) / span
  const half = (tQuantile(0.975, degreesOfFreedom) * Math.sqrt(variance)) / span / (share * (1 - share))
  const centre = logit(share)
  return [low + span * expit(centre - half), low + span * expit(centre + half)]
}

export const logit = (p: number): number => Math.log(p / (1 - p))
export const expit = (x: number): number => 1 / (1 + Math.exp(-x))
