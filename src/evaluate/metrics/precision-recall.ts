/** Average precision: ranking again, but seen from the rows that would be rejected. */
import { cumulativeCounts } from './cumulative-counts.ts'

/**
 * Sum over falling thresholds of (recall step x precision there), without interpolation, ties taken together.
 *
 * @param scores - Raw, higher = more anomalous. @param labels - 1 = anomalous, else 0; same length.
 * @returns 0..1, depends on the share of anomalous rows; null without any.
 * @throws {ShapeError} Lengths differ. @throws {RangeError} A score is NaN.
 * Cost: O(n log n). Checked against: scikit-learn `average_precision_score`.
 */
export function averagePrecision(scores: Float64Array, labels: Uint8Array): number | null {
  const { truePositives, falsePositives, positives } = cumulativeCounts(scores, labels)
  if (positives === 0) return null
  let sum = 0
  let before = 0
  for (let i = 0; i < truePositives.length; i++) {
    const tp = truePositives[i]!
    if (tp > before) sum += ((tp - before) * tp) / (tp + falsePositives[i]!)
    before = tp
  }
  return sum / positives
}
