/** Intervals from bootstrap replicates that were drawn elsewhere: percentile and BCa. */

import { normalCdf, normalQuantile } from '../../math/distributions.ts'
import { quantileOfSorted } from '../../math/order-statistics.ts'

/**
 * Percentile interval: what lies between the tails of the replicates.
 *
 * @param replicates - The statistic on each resample, finite, any order; at least one. @param level - E.g. 0.95, two-sided.
 * @throws {RangeError} No replicates, or one that is not finite.
 * Source: Efron and Tibshirani 1993, chapter 13; quantiles interpolate linearly (type 7).
 */
export function percentileInterval(replicates: ArrayLike<number>, level: number): readonly [number, number] {
  const sorted = sortReplicates(replicates)
  return [quantileOfSorted(sorted, (1 - level) / 2), quantileOfSorted(sorted, (1 + level) / 2)]
}

/**
 * BCa interval (Efron 1987, JASA 82): percentiles shifted for the bias of the replicates' median and for a standard error
 * that changes with the statistic.
 *
 * @param estimate - The statistic on the data. @param replicates - On each resample, as for `percentileInterval`.
 * @param jackknife - The statistic with each row, unit or group of units left out once, one array per sample that is resampled
 *   on its own (stratum); Efron and Tibshirani 1993, chapter 14. Arrays in which nothing varies, and values that are not
 *   finite, add nothing.
 * @param level - E.g. 0.95, two-sided.
 * @returns [lower, upper], within the replicates.
 * @throws {RangeError} No replicates, or one that is not finite.
 * Cost: O(replicates log replicates). Checked against: scipy `bootstrap` (method 'BCa').
 */
export function bcaFromReplicates(
  estimate: number,
  replicates: ArrayLike<number>,
  jackknife: readonly ArrayLike<number>[],
  level: number,
): readonly [number, number] {
  const sorted = sortReplicates(replicates)
  const bias = biasCorrection(estimate, sorted)
  const a = acceleration(jackknife)
  const end = (share: number): number => quantileOfSorted(sorted, bcaLevel(share, bias, a))
  return [end((1 - level) / 2), end((1 + level) / 2)]
}

/**
 * z0: the normal quantile of the share of replicates below the estimate, ties counted one half.
 *
 * @param sorted - Ascending. An estimate outside of them counts as half a replicate inside, so that the result is finite.
 */
export function biasCorrection(estimate: number, sorted: Float64Array): number {
  let below = 0
  for (const value of sorted) below += value < estimate ? 1 : value === estimate ? 0.5 : 0
  return normalQuantile(Math.min(sorted.length - 0.5, Math.max(0.5, below)) / sorted.length)
}

/** The skewness of the influence of single rows, a sixth of it, over all strata; 0 where nothing varies. */
export function acceleration(jackknife: readonly ArrayLike<number>[]): number {
  const influences = jackknife.flatMap((stratum) => {
    const values = Array.from(stratum).filter(Number.isFinite)
    const n = values.length
    if (values.every((value) => value === values[0])) return [] // their mean may differ by rounding
    const mean = values.reduce((sum, value) => sum + value, 0) / n
    return values.map((value) => ((n - 1) * (mean - value)) / n)
  })
  // The result does not depend on the scale, which is chosen so that no power underflows.
  const scale = influences.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (scale === 0) return 0
  const cubes = influences.reduce((sum, value) => sum + (value / scale) ** 3, 0)
  const squares = influences.reduce((sum, value) => sum + (value / scale) ** 2, 0)
  return cubes / (6 * squares ** 1.5)
}

/** Which share of the replicates stands for the nominal share, 0..1. */
export function bcaLevel(share: number, bias: number, a: number): number {
  const shifted = bias + normalQuantile(share)
  const scale = 1 - a * shifted
  if (scale <= 0) return shifted > 0 ? 1 : 0
  return normalCdf(bias + shifted / scale)
}

function sortReplicates(replicates: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(replicates).sort()
  if (sorted.length === 0) throw new RangeError('bootstrap interval: expected replicates, got none')
  // Sorted, NaN comes last.
  if (!(Number.isFinite(sorted[0]) && Number.isFinite(sorted.at(-1)))) {
    throw new RangeError('bootstrap interval: expected finite replicates, got some that are not')
  }
  return sorted
}
