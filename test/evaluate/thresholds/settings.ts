import type { PolicyName, ThresholdSettings } from '../../../src/evaluate/thresholds/threshold-settings.ts'

export const factory = { prevalence: 0.02, costEscape: 50, costOverkill: 3 }

export function settings(policy: PolicyName, more: Partial<ThresholdSettings> = {}): ThresholdSettings {
  return { policy, alpha: 0.05, delta: 0.05, sigmaK: 3, reviewEscape: null, ...more }
}
