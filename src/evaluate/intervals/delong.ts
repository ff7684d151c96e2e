/**
 * The variance of an AUROC, and of the difference of two on the same rows, without assuming any distribution.
 *
 * Source: DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44; by ranks, in O(n log n), after Sun and Xu 2014, IEEE Signal
 * Processing Letters 21. Rows count as independent; `clustered-intervals.ts` has the version for images of parts.
 */
import { normalCdf, normalQuantile } from '../../math/distributions.ts'
import { clopperPearson } from './clopper-pearson.ts'

export interface DelongComponents {
  /** AUROC, 0..1. */
  readonly auc: number
  /**
   * Structural component of every row, in the order of the rows, 0..1: for an anomalous row the share of nominal rows below
   * it, for a nominal row the share of anomalous rows above it, ties one half. Either kind averages to the AUROC.
   */
  readonly components: Float64Array
  readonly positives: number
  readonly negatives: number
}

/**
 * @param scores - Raw, higher = more anomalous. @param labels - 1 = anomalous, else 0; both must occur.
 * @throws {RangeError} One label is missing, or a score is NaN.
 * Cost: O(n log n).
 */
export function delongComponents(scores: Float64Array, labels: Uint8Array): DelongComponents {
  const n = scores.length
  const order = Uint32Array.from(scores.keys()).sort((i, j) => scores[i]! - scores[j]!)
  const positives = labels.reduce((sum: number, label) => sum + label, 0)
  const negatives = n - positives
  if (positives === 0 || negatives === 0 || scores.some(Number.isNaN)) {
    throw new RangeError(
      `DeLong: expected numbers of both labels, got ${positives} anomalous and ${negatives} nominal rows`,
    )
  }
  const components = new Float64Array(n)
  let [below, belowPositive, sum] = [0, 0, 0]
  for (let start = 0; start < n; ) {
    let end = start
    let tiedPositive = 0
    for (; end < n && scores[order[end]!] === scores[order[start]!]; end++)
      tiedPositive += labels[order[end]!]!
    const nominalShare = (below - belowPositive + (end - start - tiedPositive) / 2) / negatives
    const anomalousShare = 1 - (belowPositive + tiedPositive / 2) / positives
    for (let k = start; k < end; k++) {
      const row = order[k]!
      components[row] = labels[row] === 1 ? nominalShare : anomalousShare
    }
    sum += tiedPositive * nominalShare
    below += end - start
    belowPositive += tiedPositive
    start = end
  }
  return { auc: sum / positives, components, positives, negatives }
}

/**
 * Covariance of the AUROCs of two scores of the same rows; of one score with itself, its variance.
 *
 * @returns S10/m + S01/n with the sample covariances of the components; NaN where a label has a single row.
 */
export function delongCovariance(a: DelongComponents, b: DelongComponents, labels: Uint8Array): number {
  const sums = [0, 0]
  for (let i = 0; i < labels.length; i++) {
    sums[labels[i]!]! += (a.components[i]! - a.auc) * (b.components[i]! - b.auc)
  }
  const { positives: m, negatives: n } = a
  return sums[1]! / (m - 1) / m + sums[0]! / (n - 1) / n
}

/**
 * Interval of an AUROC: AUROC -+ z standard errors, cut off at 0 and 1.
 *
 * Where the variance says nothing (a perfect AUROC, a single row of a label, all scores equal), the exact binomial
 * interval with as many trials as the smaller label has rows takes its place: no AUROC varies more than that (Birnbaum and
 * Klose 1957), and a perfect one gets a one-sided bound, never [1, 1].
 *
 * @param level - E.g. 0.95, two-sided.
 * @throws {RangeError} One label is missing, or a score is NaN.
 * Cost: O(n log n). Checked against: an implementation over all pairs.
 */
export function delongInterval(
  scores: Float64Array,
  labels: Uint8Array,
  level: number,
): readonly [number, number] {
  const each = delongComponents(scores, labels)
  const { auc, positives, negatives } = each
  const variance = delongCovariance(each, each, labels)
  if (!(variance > 0)) {
    const witnesses = Math.min(positives, negatives)
    return clopperPearson(auc * witnesses, witnesses, level)
  }
  const half = normalQuantile((1 + level) / 2) * Math.sqrt(variance)
  return [Math.max(0, auc - half), Math.min(1, auc + half)]
}

export interface DelongPaired {
  /** AUROC of a minus that of b. */
  readonly difference: number
  readonly variance: number
  readonly z: number | null
  /** Two-sided; null where the difference has no variance by which to judge it, 1 where there is no difference. */
  readonly pValue: number | null
}

/**
 * DeLong's test whether two scores of the same rows have the same AUROC.
 *
 * @throws {RangeError} One label is missing, or a score is NaN.
 * Cost: O(n log n). Checked against: an implementation over all pairs.
 */
export function delongPaired(a: Float64Array, b: Float64Array, labels: Uint8Array): DelongPaired {
  const [x, y] = [delongComponents(a, labels), delongComponents(b, labels)]
  const difference = x.auc - y.auc
  const both = delongCovariance(x, x, labels) + delongCovariance(y, y, labels)
  const variance = both - 2 * delongCovariance(x, y, labels)
  // What is left of equal components is rounding.
  if (!(variance > 1e-12 * both))
    return { difference, variance, z: null, pValue: difference === 0 ? 1 : null }
  const z = difference / Math.sqrt(variance)
  return { difference, variance, z, pValue: 2 * normalCdf(-Math.abs(z)) }
}
