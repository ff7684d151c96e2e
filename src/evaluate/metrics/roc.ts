/** Areas under the ROC curve: how well scores rank, whatever the threshold. */
import { type CumulativeCounts, cumulativeCounts } from './cumulative-counts.ts'

/**
 * The chance that an anomalous row scores above a nominal one, ties counted one half (Mann and Whitney 1947).
 *
 * @param scores - Raw, higher = more anomalous. @param labels - 1 = anomalous, else 0; same length.
 * @returns 0..1; null unless both labels occur.
 * @throws {ShapeError} Lengths differ. @throws {RangeError} A score is NaN.
 * Cost: O(n log n). Checked against: scikit-learn `roc_auc_score`.
 */
export function auroc(scores: Float64Array, labels: Uint8Array): number | null {
  const counts = cumulativeCounts(scores, labels)
  const { positives, negatives } = counts
  return positives > 0 && negatives > 0 ? areaUpTo(counts, negatives) / (positives * negatives) : null
}

/**
 * Area under the ROC curve up to a false-alarm rate, standardised so that chance is 0.5 and perfection 1 (McClish 1989).
 *
 * @param scores - Raw, higher = more anomalous. @param labels - 1 = anomalous, else 0; same length.
 * @param maxFpr - 0 < maxFpr <= 1; at 1 this is the AUROC.
 * @returns At most 1; below 0.5 where the ranking is worse than chance; null unless both labels occur.
 * @throws {ShapeError} Lengths differ. @throws {RangeError} A score is NaN, or maxFpr outside its range.
 * Cost: O(n log n). Checked against: scikit-learn's formula for `roc_auc_score(max_fpr)`.
 */
export function partialAuroc(scores: Float64Array, labels: Uint8Array, maxFpr: number): number | null {
  if (!(maxFpr > 0 && maxFpr <= 1)) {
    throw new RangeError(`partialAuroc: expected a false-alarm rate above 0, at most 1, got ${maxFpr}`)
  }
  const counts = cumulativeCounts(scores, labels)
  const { positives, negatives } = counts
  if (positives === 0 || negatives === 0) return null
  const area = areaUpTo(counts, maxFpr * negatives) / (positives * negatives)
  const chance = maxFpr ** 2 / 2
  return 0.5 * (1 + (area - chance) / (maxFpr - chance))
}

/** Area under the curve of true over false positives, both as counts, from 0 to `limit` false positives. */
function areaUpTo({ truePositives, falsePositives }: CumulativeCounts, limit: number): number {
  let area = 0
  let [tp, fp] = [0, 0]
  for (let i = 0; i < truePositives.length && fp < limit; i++) {
    // A block of ties is a straight line, cut off at the limit.
    const run = falsePositives[i]! - fp
    const rise = truePositives[i]! - tp
    const width = Math.min(run, limit - fp)
    if (run > 0) area += width * (tp + ((width / run) * rise) / 2)
    tp = truePositives[i]!
    fp = falsePositives[i]!
  }
  return area
}
