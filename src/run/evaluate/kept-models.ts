/** What the cards of the folds' models tell once the run is whole: each its threshold, all of them what the run found. */
import type { FoldResult, LevelResult } from '../../evaluate/evaluate-fold.ts'
import { thresholdGuarantee } from '../../evaluate/thresholds/threshold-guarantee.ts'
import { type ThresholdRequest, thresholdSettings } from '../../options/operating-point.ts'
import type { EvaluateRequest } from '../../options/requests/evaluate.ts'
import type { Evaluation } from '../../wire/evaluation.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { KeptModels } from '../folder/finish-folder.ts'
import { evaluatedModel } from './evaluated-model.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

/** @returns Null where the run keeps none. */
export function keptModels(
  results: readonly FoldResult[],
  evaluation: Evaluation,
  { request, backbone }: Pick<OpenEvaluation, 'request' | 'backbone'>,
): KeptModels | null {
  if (!request.keepModels) return null
  const evaluated = evaluatedModel(request.out, evaluation, request.where)
  return { facts: results.map((each) => ({ threshold: foldThreshold(each, request), evaluated })), backbone }
}

/** Of parts, where the fold judged parts. @returns null where the policy would call nothing anomalous. */
export function foldThreshold(
  { image, part }: FoldResult,
  request: ThresholdRequest & Pick<EvaluateRequest, 'partScore'>,
): ModelCard['threshold'] {
  const level: LevelResult = part ?? image
  if (!Number.isFinite(level.threshold)) return null
  const { labels } = level.rows.threshold
  const anomalous = labels.reduce((sum: number, label) => sum + label, 0)
  return {
    policy: request.threshold,
    value: level.threshold,
    review: level.reviewThreshold,
    guarantee: thresholdGuarantee(thresholdSettings(request)),
    level: part === null ? 'image' : 'part',
    partScore: request.partScore,
    nominal: labels.length - anomalous,
    anomalous,
    source: `scores of the threshold ${part === null ? 'images' : 'parts'} of its fold, which it had not seen`,
  }
}
