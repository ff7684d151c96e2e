/** What the cards of the folds' models tell once the run is whole: each its threshold, all of them what the run found. */
import type { FoldResult, LevelResult } from '../../evaluate/evaluate-fold.ts'
import { thresholdGuarantee } from '../../evaluate/thresholds/threshold-guarantee.ts'
import { type ThresholdRequest, thresholdSettings } from '../../options/operating-point.ts'
import type { EvaluateRequest } from '../../options/requests/evaluate.ts'
import type { Task } from '../../task.ts'
import type { Evaluation } from '../../wire/evaluation.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { KeptModel, KeptModels } from '../folder/finish-folder.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import { createTrainingLooker } from '../open/look-at-training.ts'
import { evaluatedModel } from './evaluated-model.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

/** @param mapScale - Of the heat maps. @returns Null where the run keeps none. Cost: each fold's training images, up to 256 of them, are looked at once more. */
export async function keptModels(
  results: readonly FoldResult[],
  evaluation: Evaluation,
  mapScale: ScoreRange,
  { request, backbone, card }: Pick<OpenEvaluation, 'request' | 'backbone' | 'card'>,
  task: Task,
): Promise<KeptModels | null> {
  if (!request.keepModels) return null
  const evaluated = evaluatedModel(request.out, evaluation, request.where)
  // What a worker does not know that fits a model: for which run, when, and in which colours.
  const { createdAt, detector, input } = card
  const looker = createTrainingLooker(true, request.threads, task)
  const folds: KeptModel[] = []
  for (const each of results) {
    const { reference, fixtures } = await looker.look(each.plan.train)
    const facts = { createdAt, detector, input, mapScale, evaluated, reference }
    folds.push({ facts: { ...facts, threshold: foldThreshold(each, request) }, fixtures })
  }
  return { folds, backbone }
}

/** Of parts, where the fold judged parts. @returns null where the policy would call nothing anomalous. */
export function foldThreshold(
  { image, part }: FoldResult,
  request: ThresholdRequest &
    Pick<EvaluateRequest, 'partScore'> &
    Partial<Pick<EvaluateRequest, 'thresholdFrom'>>,
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
    source:
      request.thresholdFrom === 'support'
        ? `scores of what it learnt from, each by a model that had not seen it (left out alone)`
        : `scores of the threshold ${part === null ? 'images' : 'parts'} of its fold, which it had not seen`,
  }
}
