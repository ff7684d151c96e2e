/** What a model's card says of the evaluation behind it: the folds' figures, what speaks against them, what they hold for. */
import { expected, verdictSentence } from '../../evaluate/verdict.ts'
import type { Estimate, Evaluation } from '../../wire/evaluation.ts'
import type { EvaluatedModel } from '../../wire/model.ts'

/** @param run - Its folder. @param where - Expression that picked its samples; null for all. */
export function evaluatedModel(run: string, evaluation: Evaluation, where: string | null): EvaluatedModel {
  const { createdAt, plumbline, protocol, metrics, findings } = evaluation
  const level = metrics.part ?? metrics.image
  const { prevalence, prevalenceStated } = protocol
  return {
    run,
    createdAt,
    plumbline,
    folds: protocol.folds,
    level: metrics.part === null ? 'image' : 'part',
    figures: {
      auroc: figure(level.auroc),
      escapeRate: figure(level.escapeRate),
      overkillRate: figure(level.overkillRate),
      reviewRate: level.reviewRate && figure(level.reviewRate),
    },
    per1000: {
      prevalence,
      prevalenceStated,
      escapes: expected(level.escapeRate, 1000 * prevalence),
      rejected: expected(level.overkillRate, 1000 * (1 - prevalence)),
    },
    verdict: verdictSentence(evaluation),
    findings: findings
      .filter(({ severity }) => severity !== 'info')
      .map(({ id, severity, title, remedy }) => ({ id, severity, title, remedy })),
    holdsFor: conditions(evaluation, where),
  }
}

const figure = ({ mean, ci }: Estimate): { mean: number | null; ci: Estimate['ci'] } => ({ mean, ci })

function conditions(
  { dataset, protocol, metrics, folds, subgroups }: Evaluation,
  where: string | null,
): string[] {
  const { nominal, anomalous } = dataset.images
  const of = dataset.partsKnown ? ` of ${dataset.parts} parts` : ''
  const kinds = subgroups.filter(({ column }) => column === 'defect').map(({ value }) => value)
  const learnt = folds.map(({ counts }) => counts.train)
  const [least, most] = [Math.min(...learnt), Math.max(...learnt)]
  const judged =
    metrics.part === null
      ? 'Verdicts on single images.'
      : `Verdicts on whole parts; the score of a part is ${protocol.partScore} of those of its images.`
  return [
    `Parts and photographs like those of the dataset: ${nominal} nominal and ${anomalous} anomalous images${of}.`,
    ...(where === null ? [] : [`Only images where ${where}.`]),
    kinds.length > 0
      ? `Defects of the kinds seen there: ${kinds.join(', ')}. Of other kinds the figures say nothing.`
      : 'Defects like those seen there. Of other kinds the figures say nothing.',
    judged,
    `Models that had learnt from ${least === most ? least : `${least} to ${most}`} nominal images, each judged at the threshold of its own fold (${protocol.threshold.policy}).`,
    ...(protocol.merge.merged
      ? []
      : ['Models that had not learnt from the nominal images of the published test split.']),
  ]
}
