/** Names and settings of the threshold policies. */
import { UsageError } from '../../errors.ts'

/** Policies that weigh anomalous against nominal scores and need both. */
export type LabelledPolicy = 'youden' | 'f1' | 'balanced' | 'cost'
/** Policies that look at nominal scores only and so do without a single defect. */
export type NominalPolicy = 'max-fpr' | 'neyman-pearson' | 'conformal' | 'sigma'
export type PolicyName = LabelledPolicy | NominalPolicy

/** A policy reads only the settings it has. */
export interface ThresholdSettings {
  readonly policy: PolicyName
  /** False-alarm rate that `max-fpr`, `neyman-pearson` and `conformal` tolerate; 0..1 exclusive. */
  readonly alpha: number
  /** 1 - confidence of `neyman-pearson`; 0..1 exclusive. */
  readonly delta: number
  /** Standard deviations above the nominal mean for `sigma`; > 0. */
  readonly sigmaK: number
  /** Escape rate that the lower end of a review band may allow, 0..1 exclusive; null for no band. */
  readonly reviewEscape: number | null
}

export const nominalPolicies: readonly NominalPolicy[] = ['conformal', 'neyman-pearson', 'max-fpr', 'sigma']

/** @throws {UsageError} A setting that the policy reads is outside its range. */
export function checkSettings({ policy, alpha, delta, sigmaK, reviewEscape }: ThresholdSettings): void {
  const readsAlpha = policy === 'max-fpr' || policy === 'neyman-pearson' || policy === 'conformal'
  const shares = {
    alpha: readsAlpha ? alpha : null,
    delta: policy === 'neyman-pearson' ? delta : null,
    'review escape rate': reviewEscape,
  }
  for (const [name, share] of Object.entries(shares)) {
    if (share !== null && !(share > 0 && share < 1)) {
      throw new UsageError(`threshold policy ${policy}: expected ${name} between 0 and 1, got ${share}`)
    }
  }
  if (policy === 'sigma' && !(sigmaK > 0 && sigmaK < Infinity)) {
    throw new UsageError(`threshold policy sigma: expected a number of deviations above 0, got ${sigmaK}`)
  }
}
