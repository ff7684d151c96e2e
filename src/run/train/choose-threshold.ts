/** The threshold of a model that learns from every nominal image, on scores of models that had not seen the image. */
import { StatisticalError } from '../../errors.ts'
import { type Chooser, partRows } from '../../evaluate/evaluate-fold.ts'
import { parsePartScore } from '../../evaluate/part-score.ts'
import { thresholdGuarantee } from '../../evaluate/thresholds/threshold-guarantee.ts'
import { nominalPolicies } from '../../evaluate/thresholds/threshold-settings.ts'
import { thresholdSettings } from '../../options/operating-point.ts'
import type { Task } from '../../task.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { CrossFitted } from './cross-fit.ts'
import type { Training } from './training-of.ts'

/**
 * Of parts where the run behind the training judged parts, else of images.
 *
 * @returns Null where the policy needs defects and there are none, or would call nothing anomalous.
 * @throws {StatisticalError} The policy refuses: too few nominals for what it promises.
 */
export function chooseThreshold(
  { scored, shares, isLeaveOneOut }: Pick<CrossFitted, 'scored' | 'shares' | 'isLeaveOneOut'>,
  { request, run }: Training,
  choose: Chooser,
  task: Task,
): ModelCard['threshold'] {
  const settings = thresholdSettings(request)
  const judgesParts = run !== null && run.evaluation.metrics.part !== null
  const partScore = run?.evaluation.protocol.partScore ?? 'max'
  const { scores, labels } = judgesParts
    ? partRows(scored, parsePartScore(partScore))
    : {
        scores: Float64Array.from(scored, ({ score }) => score),
        labels: Uint8Array.from(scored, ({ sample }) => (sample.label === 'anomalous' ? 1 : 0)),
      }
  const how = isLeaveOneOut ? 'each unit left out alone' : `${shares}-fold cross-fitting over whole units`
  const anomalous = labels.reduce((sum: number, label) => sum + label, 0)
  try {
    const { threshold, reviewThreshold } = choose(scores, labels)
    if (!Number.isFinite(threshold)) {
      task.note(`threshold: ${settings.policy} would call nothing anomalous; the model has no threshold`)
      return null
    }
    return {
      policy: settings.policy,
      value: threshold,
      review: reviewThreshold,
      guarantee: thresholdGuarantee(settings),
      level: judgesParts ? 'part' : 'image',
      partScore,
      nominal: labels.length - anomalous,
      anomalous,
      source: `scores of ${judgesParts ? 'parts by ' : ''}models that had not seen the ${judgesParts ? 'part' : 'image'} (${how})`,
    }
  } catch (error) {
    const needsDefects = error instanceof StatisticalError && anomalous === 0
    const isNominalPolicy = (nominalPolicies as readonly string[]).includes(settings.policy)
    if (!needsDefects || isNominalPolicy) throw error
    task.note(`no threshold: ${error.message}`)
    return null
  }
}
