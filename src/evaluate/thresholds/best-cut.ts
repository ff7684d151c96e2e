/**
 * Policies that need defects: the cut that is best on the threshold set by Youden's index, F1, balance or cost.
 *
 * The threshold is an observed score, the lowest one that is called anomalous, as scikit-learn's curves have it. The midpoint
 * to the next score below would be as good on the threshold set, but would move under increasing maps of the scores, and the
 * threshold of a paper could not be reproduced. Counts are compared as whole numbers, so that ties are ties.
 */
import type { FactorySettings } from '../factory-settings.ts'
import type { CumulativeCounts } from '../metrics/cumulative-counts.ts'
import type { LabelledPolicy } from './threshold-settings.ts'

export type Costs = Omit<FactorySettings, 'partialFpr'>

/**
 * @param counts - Of the threshold set; both labels occur.
 * @returns An observed score; Infinity where calling nothing anomalous is as good as anything.
 */
export function bestCut(policy: LabelledPolicy, counts: CumulativeCounts, factory: Costs): number {
  const { positives: p, negatives: n } = counts
  switch (policy) {
    case 'youden':
      return maximum(counts, (tp, fp) => tp * n - fp * p, isGain)
    case 'balanced':
      // Sensitivity and specificity, both times p * n.
      return maximum(counts, (tp, fp) => -Math.abs(tp * n - (n - fp) * p), isGain)
    case 'cost': {
      const missed = (factory.prevalence * factory.costEscape) / p
      const rejected = ((1 - factory.prevalence) * factory.costOverkill) / n
      const value = (tp: number, fp: number) => -(missed * (p - tp) + rejected * fp)
      return maximum(counts, value, (gain, best) => gain > 1e-12 * Math.abs(best)) // less is rounding
    }
    case 'f1':
      // Equal fractions are equal doubles. Ties go to the lowest threshold, which finds more defects.
      return maximum(
        counts,
        (tp, fp) => (2 * tp) / (tp + fp + p),
        (gain) => gain >= 0,
      )
  }
}

/** Ties go to the highest threshold: the first maximum. */
const isGain = (gain: number): boolean => gain > 0

/** Goes from the highest score to the lowest, and changes the threshold whenever the gain over the best so far is one. */
function maximum(
  { scores, truePositives, falsePositives }: CumulativeCounts,
  value: (tp: number, fp: number) => number,
  isBetter: (gain: number, best: number) => boolean,
): number {
  let best = value(0, 0)
  let threshold = Infinity
  for (let i = 0; i < scores.length; i++) {
    const next = value(truePositives[i]!, falsePositives[i]!)
    if (!isBetter(next - best, best)) continue
    best = next
    threshold = scores[i]!
  }
  return threshold
}
