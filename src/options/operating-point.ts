/** How the threshold is chosen; a policy reads only the settings it has. */
import type { ThresholdSettings } from '../evaluate/thresholds/threshold-settings.ts'
import { choice, number } from './kinds.ts'
import type { Values } from './option.ts'

const group = 'Operating point'
const share = { group, placeholder: 'P', min: 0, max: 1, isOpen: true } as const

/** Policies that tolerate a rate of false alarms. `alpha` is not refused for others: the partial AUROC reads it too. */
const tolerant: readonly string[] = ['max-fpr', 'neyman-pearson', 'conformal']

export const thresholdOptions = {
  threshold: choice(['youden', 'f1', 'balanced', 'cost', 'max-fpr', 'neyman-pearson', 'conformal', 'sigma'], {
    help: 'How the threshold is chosen.',
    group,
    placeholder: 'POLICY',
    default: 'youden',
  }),
  alpha: number({
    ...share,
    help: 'Tolerated false-alarm rate of `max-fpr`, `neyman-pearson` and `conformal`; also where the partial AUROC ends.',
    default: 0.05,
  }),
  delta: number({
    ...share,
    help: '1 - confidence of `neyman-pearson`.',
    default: 0.05,
    onlyWith: { threshold: ['neyman-pearson'] },
  }),
  sigmaK: number({
    help: 'Standard deviations above the nominal mean, for `sigma`.',
    group,
    placeholder: 'K',
    min: 0,
    isOpen: true,
    default: 3,
    onlyWith: { threshold: ['sigma'] },
  }),
  reviewEscape: number({
    ...share,
    help: 'Send scores just below the threshold to a person, so that at most this share of defects escapes.',
    defaultText: 'no review band',
  }),
}

export type ThresholdRequest = Values<typeof thresholdOptions>

/** What chooses the threshold, as `evaluate/` wants it. */
export function thresholdSettings(request: ThresholdRequest): ThresholdSettings {
  const { threshold, alpha, delta, sigmaK, reviewEscape } = request
  return { policy: threshold, alpha, delta, sigmaK, reviewEscape }
}

/** What is recorded of it: the policy and the settings that it reads. */
export function thresholdRecord(
  request: ThresholdRequest,
): { readonly policy: string } & Record<string, unknown> {
  const { threshold: policy, alpha, delta, sigmaK, reviewEscape } = request
  return {
    policy,
    ...(tolerant.includes(policy) && { alpha }),
    ...(policy === 'neyman-pearson' && { delta }),
    ...(policy === 'sigma' && { sigmaK }),
    ...(reviewEscape !== null && { reviewEscape }),
  }
}
