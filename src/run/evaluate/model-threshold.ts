/** The threshold of a fold as its model's card tells it. */
import type { FoldResult } from '../../evaluate/evaluate-fold.ts'
import { thresholdGuarantee } from '../../evaluate/thresholds/threshold-guarantee.ts'
import { type ThresholdRequest, thresholdSettings } from '../../options/operating-point.ts'
import type { ModelCard } from '../../wire/model.ts'

/** Of single images. @returns null where the policy would call nothing anomalous. */
export function modelThreshold({ image }: FoldResult, request: ThresholdRequest): ModelCard['threshold'] {
  if (!Number.isFinite(image.threshold)) return null
  const { labels } = image.rows.threshold
  const anomalous = labels.reduce((sum: number, label) => sum + label, 0)
  return {
    policy: request.threshold,
    value: image.threshold,
    review: image.reviewThreshold,
    guarantee: thresholdGuarantee(thresholdSettings(request)),
    nominal: labels.length - anomalous,
    anomalous,
    source: 'scores of the threshold images of its fold, which it had not seen',
  }
}
