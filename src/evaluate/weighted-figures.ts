/**
 * The figures of `figures.ts` when every row counts with the weight of its unit: one pass over rows sorted once.
 *
 * The bootstrap needs every figure thousands of times; sorting anew each time would cost as much as fitting the
 * detector. Equal to `levelFigures` on rows repeated by their weight (tested).
 */
import type { FactorySettings } from './factory-settings.ts'
import type { LabelledScores } from './figures.ts'

/** Rows in descending order of score, with the index of each row's unit. */
export interface SortedRows extends LabelledScores {
  readonly units: Int32Array
}

export function sortRows(rows: LabelledScores, units: ArrayLike<number>): SortedRows {
  const { scores, labels } = rows
  const order = Array.from(scores, (_, i) => i).sort((i, j) => scores[j]! - scores[i]! || i - j)
  return {
    scores: Float64Array.from(order, (i) => scores[i]!),
    labels: Uint8Array.from(order, (i) => labels[i]!),
    units: Int32Array.from(order, (i) => units[i]!),
  }
}

/**
 * Writes every figure to `out`, in the order of `figureNames`; NaN where undefined.
 *
 * @param weights - Non-negative weight of each unit; null counts every row once.
 * Cost: O(rows), no allocation.
 */
export function weightedFiguresInto(
  out: Float64Array,
  rows: SortedRows,
  weights: Float64Array | null,
  threshold: number,
  factory: FactorySettings,
): void {
  const { scores, labels, units } = rows
  const n = scores.length
  let positives = 0
  let negatives = 0
  for (let i = 0; i < n; i++) {
    const weight = weights ? weights[units[i]!]! : 1
    if (labels[i] === 1) positives += weight
    else negatives += weight
  }
  const cap = factory.partialFpr * negatives
  let [above, area, partial, precisionSum] = [0, 0, 0, 0]
  let [tp, fp] = [0, 0]
  let [seenPositive, seenNegative] = [0, 0]
  for (let i = 0; i < n; ) {
    const score = scores[i]!
    let [tiedPositive, tiedNegative] = [0, 0]
    for (; i < n && scores[i] === score; i++) {
      const weight = weights ? weights[units[i]!]! : 1
      if (labels[i] === 1) tiedPositive += weight
      else tiedNegative += weight
    }
    // One step of the ROC: a straight line over the tied block (Mann-Whitney counts a tie one half).
    area += tiedNegative * (seenPositive + tiedPositive / 2)
    if (seenNegative < cap && tiedNegative > 0) {
      const width = Math.min(tiedNegative, cap - seenNegative)
      partial += width * (seenPositive + (tiedPositive * width) / tiedNegative / 2)
    }
    seenPositive += tiedPositive
    seenNegative += tiedNegative
    above = seenPositive + seenNegative
    if (tiedPositive > 0) precisionSum += (tiedPositive * seenPositive) / above
    if (score >= threshold) {
      tp = seenPositive
      fp = seenNegative
    }
  }
  const fpr = factory.partialFpr
  const isTwoClass = positives > 0 && negatives > 0
  const least = (fpr * fpr) / 2
  const standardised = 0.5 * (1 + (partial / (positives * negatives) - least) / (fpr - least))
  const sens = tp / positives
  const spec = 1 - fp / negatives
  const { prevalence, costEscape, costOverkill } = factory
  const fn = positives - tp
  const tn = negatives - fp
  const mccScale = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
  out[0] = isTwoClass ? area / (positives * negatives) : Number.NaN
  out[1] = positives > 0 ? precisionSum / positives : Number.NaN
  out[2] = isTwoClass ? standardised : Number.NaN
  out[3] = sens
  out[4] = spec
  out[5] = (sens + spec) / 2
  out[6] = (2 * tp) / (2 * tp + fp + fn)
  out[7] = mccScale > 0 ? (tp * tn - fp * fn) / mccScale : 0
  out[8] = (prevalence * sens) / (prevalence * sens + (1 - prevalence) * (1 - spec))
  out[9] = ((1 - prevalence) * spec) / ((1 - prevalence) * spec + prevalence * (1 - sens))
  out[10] = 1 - sens
  out[11] = 1 - spec
  out[12] = 1000 * (prevalence * (1 - sens) * costEscape + (1 - prevalence) * (1 - spec) * costOverkill)
}
