/**
 * Counts at a threshold and the figures that follow from them. A figure that is 0/0 is null.
 *
 * Precision, NPV and cost are taken at the prevalence of the factory, never at the mix of the test set.
 */
import { ShapeError } from '../../errors.ts'
import type { Counts } from '../../wire/evaluation.ts'
import type { FactorySettings } from '../factory-settings.ts'

/**
 * Counts of rows, a row being called anomalous when its score >= threshold.
 *
 * @param scores - Raw, higher = more anomalous. @param labels - 1 = anomalous, else 0; same length.
 * @throws {ShapeError} Lengths differ.
 */
export function confusionAt(scores: Float64Array, labels: Uint8Array, threshold: number): Counts {
  if (labels.length !== scores.length) throw new ShapeError('labels', `[${scores.length}]`, [labels.length])
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 }
  for (let i = 0; i < scores.length; i++) {
    const isRejected = scores[i]! >= threshold
    if (labels[i] === 1) counts[isRejected ? 'tp' : 'fn']++
    else counts[isRejected ? 'fp' : 'tn']++
  }
  return counts
}

/** Share of anomalous rows that are rejected; null without any. */
export const sensitivity = ({ tp, fn }: Counts): number | null => ratio(tp, tp + fn)

/** Share of nominal rows that are passed; null without any. */
export const specificity = ({ tn, fp }: Counts): number | null => ratio(tn, tn + fp)

/** Share of anomalous rows that are passed; null without any. */
export const escapeRate = ({ tp, fn }: Counts): number | null => ratio(fn, tp + fn)

/** Share of nominal rows that are rejected; null without any. */
export const overkillRate = ({ tn, fp }: Counts): number | null => ratio(fp, tn + fp)

/** Mean of sensitivity and specificity; null unless both labels occur. */
export function balancedAccuracy(counts: Counts): number | null {
  const rates = [sensitivity(counts), specificity(counts)] as const
  return rates[0] === null || rates[1] === null ? null : (rates[0] + rates[1]) / 2
}

/** Harmonic mean of precision and sensitivity at the mix of the rows; null where no row is anomalous or called so. */
export const f1 = ({ tp, fp, fn }: Counts): number | null => ratio(2 * tp, 2 * tp + fp + fn)

/** Matthews correlation coefficient, -1..1; 0 where a label or a verdict does not occur, as scikit-learn has it. */
export function mcc({ tp, fp, tn, fn }: Counts): number {
  const scale = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
  return scale > 0 ? (tp * tn - fp * fn) / scale : 0
}

/**
 * Of the parts rejected in a factory, the share that is defective (Bayes' rule).
 *
 * @param prevalence - Share of defective parts in the factory, 0..1.
 * @returns null unless both labels occur and something is rejected.
 */
export function precisionAt(counts: Counts, prevalence: number): number | null {
  return bayes(prevalence, sensitivity(counts), overkillRate(counts))
}

/**
 * Of the parts passed in a factory, the share that is good.
 *
 * @param prevalence - Share of defective parts in the factory, 0..1.
 * @returns null unless both labels occur and something is passed.
 */
export function npvAt(counts: Counts, prevalence: number): number | null {
  return bayes(1 - prevalence, specificity(counts), escapeRate(counts))
}

/** Expected cost of 1,000 parts in a factory, in the money of the settings; null unless both labels occur. */
export function costPer1000(
  counts: Counts,
  { prevalence, costEscape, costOverkill }: Omit<FactorySettings, 'partialFpr'>,
): number | null {
  const [escapes, overkill] = [escapeRate(counts), overkillRate(counts)]
  if (escapes === null || overkill === null) return null
  return 1000 * (prevalence * escapes * costEscape + (1 - prevalence) * overkill * costOverkill)
}

/** Share of the right ones among those with a verdict: `share` of all parts get it at `hitRate`, the others at `falseRate`. */
function bayes(share: number, hitRate: number | null, falseRate: number | null): number | null {
  if (hitRate === null || falseRate === null) return null
  return ratio(share * hitRate, share * hitRate + (1 - share) * falseRate)
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)
