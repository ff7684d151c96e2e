/**
 * From a named policy to the function that chooses thresholds: step 3 of the protocol.
 *
 * A score at or above the threshold is called anomalous. A policy sees the scores and labels of the threshold set and what
 * the factory states, nothing else.
 */
import { StatisticalError } from '../../errors.ts'
import type { Chooser } from '../evaluate-fold.ts'
import { cumulativeCounts, splitByLabel } from '../metrics/cumulative-counts.ts'
import { bestCut, type Costs } from './best-cut.ts'
import { rankThreshold } from './nominal-rank.ts'
import { sigmaThreshold } from './nominal-sigma.ts'
import { reviewThreshold } from './review-band.ts'
import { checkSettings, nominalPolicies, type ThresholdSettings } from './threshold-settings.ts'

/**
 * @param factory - What `cost` weighs with; the other policies ignore it.
 * @returns A function that throws {StatisticalError} where the set cannot support the policy (a label is missing, too few
 *   nominal scores), saying what would do, and {RangeError} on a score that is not finite. The threshold is Infinity where
 *   the policy would rather call nothing anomalous. It costs O(n log n) and leaves its arguments as they are.
 * @throws {UsageError} A setting that the policy reads is outside its range.
 */
export function createChooser(settings: ThresholdSettings, factory: Costs): Chooser {
  checkSettings(settings)
  const { policy, reviewEscape } = settings
  return (scores, labels) => {
    checkScores(scores)
    const [nominal, anomalous] = splitByLabel(scores, labels)
    checkLabels(policy, nominal.length, anomalous.length)
    const threshold = chooseUpper(settings, factory, scores, labels, nominal)
    return {
      threshold,
      reviewThreshold: reviewEscape === null ? null : reviewThreshold(anomalous, reviewEscape, threshold),
    }
  }
}

function chooseUpper(
  { policy, alpha, delta, sigmaK }: ThresholdSettings,
  factory: Costs,
  scores: Float64Array,
  labels: Uint8Array,
  nominal: Float64Array,
): number {
  switch (policy) {
    case 'sigma':
      return sigmaThreshold(nominal, sigmaK)
    case 'max-fpr':
    case 'conformal':
    case 'neyman-pearson':
      return rankThreshold(policy, nominal, alpha, delta)
    default:
      return bestCut(policy, cumulativeCounts(scores, labels), factory)
  }
}

function checkScores(scores: Float64Array): void {
  const wrong = scores.findIndex((score) => !Number.isFinite(score))
  if (wrong < 0) return
  throw new RangeError(
    `threshold set, score ${wrong} of ${scores.length}: expected a finite number, got ${scores[wrong]}`,
  )
}

function checkLabels(policy: ThresholdSettings['policy'], nominal: number, anomalous: number): void {
  const isNominalPolicy = (nominalPolicies as readonly string[]).includes(policy)
  if (nominal > 0 && (anomalous > 0 || isNominalPolicy)) return
  const got = `got ${nominal} nominal and ${anomalous} anomalous`
  if (nominal === 0) throw new StatisticalError(`${policy}: needs nominal scores, ${got}.`)
  throw new StatisticalError(
    `${policy}: needs both nominal and anomalous scores, ${got}. These policies do without defects: ` +
      `${nominalPolicies.join(', ')}.`,
  )
}
