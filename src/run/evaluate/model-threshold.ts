/** The threshold of a fold as its model's card tells it. */
import type { FoldResult } from '../../evaluate/evaluate-fold.ts'
import { thresholdGuarantee } from '../../evaluate/thresholds/threshold-guarantee.ts'
import type { EvaluateRequest } from '../../request.ts'
import type { ModelCard } from '../../wire/model.ts'

/** Of single images. @returns null where the policy would call nothing anomalous. */
export function modelThreshold(
  { image }: FoldResult,
  { threshold }: Pick<EvaluateRequest, 'threshold'>,
): ModelCard['threshold'] {
  if (!Number.isFinite(image.threshold)) return null
  const { labels } = image.rows.threshold
  const anomalous = labels.reduce((sum: number, label) => sum + label, 0)
  return {
    policy: threshold.policy,
    value: image.threshold,
    review: image.reviewThreshold,
    guarantee: thresholdGuarantee(threshold),
    nominal: labels.length - anomalous,
    anomalous,
    source: 'scores of the threshold images of its fold, which it had not seen',
  }
}
