/** The mean over resampled folds, whose figures are correlated because they share data. */
import { tCdf, tQuantile } from '../../math/distributions.ts'

export interface CorrectedT {
  readonly mean: number
  /** Sample variance of the values. */
  readonly sampleVariance: number
  /** Of the mean: (1/J + test/train) x sample variance. */
  readonly variance: number
  readonly lower: number
  readonly upper: number
  /** Mean in standard errors, and two-sided p-value of a mean of 0; for values that do not vary, 0 and 1 or infinite and 0. */
  readonly t: number
  readonly pValue: number
}

/**
 * Nadeau and Bengio's corrected resampled t (2003, Machine Learning 52).
 *
 * @param values - One figure, or difference, per fold; J >= 2, finite.
 * @param counts - Size of the test and train sets of a fold, in whatever is drawn as one.
 * @param level - E.g. 0.95, two-sided; J - 1 degrees of freedom.
 * @throws {RangeError} Fewer than two values, or a train set that is empty.
 */
export function correctedResampledT(
  values: Float64Array,
  counts: { readonly test: number; readonly train: number },
  level: number,
): CorrectedT {
  const folds = values.length
  const { test, train } = counts
  if (folds < 2) throw new RangeError(`correctedResampledT: expected at least 2 values, got ${folds}`)
  if (!(train > 0 && test >= 0)) {
    throw new RangeError(`correctedResampledT: expected counts above 0, got ${test} test and ${train} train`)
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / folds
  const sampleVariance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (folds - 1)
  const variance = (1 / folds + test / train) * sampleVariance
  const half = tQuantile((1 + level) / 2, folds - 1) * Math.sqrt(variance)
  const t = mean === 0 ? 0 : mean / Math.sqrt(variance)
  const pValue = 2 * tCdf(-Math.abs(t), folds - 1)
  return { mean, sampleVariance, variance, lower: mean - half, upper: mean + half, t, pValue }
}
