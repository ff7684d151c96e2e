/** The lower threshold of a review band: scores between the two go to a person. */
import { StatisticalError } from '../../errors.ts'
import { largestPart } from './nominal-rank.ts'

/**
 * The highest score below which at most the share `escapeRate` of the anomalous scores lies; never above `threshold`.
 *
 * It is an observed anomalous score, which itself goes to a person. Counted on the threshold set: a wish, not a promise.
 *
 * @param anomalous - Anomalous scores of the threshold set, finite; sorted in place. @param escapeRate - 0..1 exclusive.
 * @throws {StatisticalError} There are no anomalous scores.
 */
export function reviewThreshold(anomalous: Float64Array, escapeRate: number, threshold: number): number {
  const n = anomalous.length
  if (n === 0) {
    throw new StatisticalError(
      'A review band (--review-escape) needs anomalous scores to say what would escape below it, and there are none.',
    )
  }
  anomalous.sort()
  return Math.min(anomalous[largestPart(n, escapeRate)]!, threshold)
}
