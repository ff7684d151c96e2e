/** The document `evaluation.json`: what was asked, what was found, in the names that `docs/cli.md` fixes. */
import { aggregate } from '../../evaluate/aggregate.ts'
import { evaluateFold, type FoldResult, type FoldSettings } from '../../evaluate/evaluate-fold.ts'
import { evaluationFindings } from '../../evaluate/findings.ts'
import type { MergeDecision } from '../../evaluate/merge-test.ts'
import { type FoldPlan, neverInInference } from '../../evaluate/split.ts'
import { subgroups } from '../../evaluate/subgroups.ts'
import type { Unit } from '../../evaluate/units.ts'
import { runtimeVersion } from '../../graph/index.ts'
import { createRandom } from '../../math/random.ts'
import type { EvaluateRequest } from '../../request.ts'
import type { Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { Evaluation, Finding } from '../../wire/evaluation.ts'
import type { FoldRecord } from '../folder/fold-record.ts'
import { evaluationFindingsOf } from './cheap-guardrails.ts'

export interface Facts {
  readonly request: EvaluateRequest
  readonly settings: FoldSettings
  readonly units: readonly Unit[]
  readonly merge: MergeDecision
  readonly dataset: Evaluation['dataset']
  readonly detector: Evaluation['detector']
  readonly backbone: Evaluation['backbone']
  readonly input: Evaluation['input']
  /** Findings made on the way, before those about the figures. */
  readonly findings: readonly Finding[]
}

/** Joins a fold's plan with what was scored. */
export function resultOfFold(plan: FoldPlan, record: FoldRecord, settings: FoldSettings): FoldResult {
  const scored = (role: 'threshold' | 'inference') => {
    const scores = new Map(record[role])
    return plan[role].flatMap((sample) => {
      const score = scores.get(sample.id)
      return score === undefined ? [] : [{ sample, score }]
    })
  }
  const { pixel, seconds } = record
  return evaluateFold(
    { plan, threshold: scored('threshold'), inference: scored('inference'), pixel, seconds },
    settings,
  )
}

/** Cost: that of `aggregate`, the bootstrap. */
export async function composeEvaluation(
  { request, settings, units, merge, dataset, detector, backbone, input, findings }: Facts,
  results: readonly FoldResult[],
  seconds: number,
  task: Task,
): Promise<Evaluation> {
  const { metrics, naive, folds } = aggregate(
    results,
    settings,
    createRandom(request.seed, 'aggregate'),
    task,
  )
  const plans = results.map(({ plan }) => plan)
  const { policy, ...thresholdSettings } = request.threshold
  const protocol: Evaluation['protocol'] = {
    folds: request.folds,
    unit: settings.unit,
    scheme: request.scheme,
    minTrain: request.minTrain,
    threshold: { policy, ...readSettings(policy, thresholdSettings) },
    merge,
    partScore: request.partScore,
    prevalence: settings.prevalence,
    prevalenceStated: request.prevalence !== null,
    costEscape: settings.costEscape,
    costOverkill: settings.costOverkill,
    partialFpr: settings.partialFpr,
    satOut: neverInInference(units, plans),
  }
  return {
    plumbline: version,
    createdAt: request.createdAt,
    seed: request.seed,
    dataset,
    detector,
    backbone,
    input,
    protocol,
    metrics,
    naive,
    subgroups: [...subgroups(results)],
    folds,
    findings: [
      ...findings,
      ...evaluationFindings({ results, protocol, metrics, dataset }),
      ...(await evaluationFindingsOf(
        {
          results,
          settings,
          evaluation: { protocol, metrics, naive, dataset, detector, backbone, folds },
          siblings: null,
          randomOf: (name) => createRandom(request.seed, 'guardrail', name),
        },
        task,
      )),
    ],
    seconds,
    environment: {
      node: process.version,
      onnxruntime: runtimeVersion(),
      device: request.device === 'auto' ? 'cpu' : request.device,
      threads: request.threads,
    },
  }
}

/** The settings that the policy reads. */
function readSettings(
  policy: string,
  { alpha, delta, sigmaK, reviewEscape }: Omit<EvaluateRequest['threshold'], 'policy'>,
): Record<string, number> {
  return {
    ...(['max-fpr', 'neyman-pearson', 'conformal'].includes(policy) && { alpha }),
    ...(policy === 'neyman-pearson' && { delta }),
    ...(policy === 'sigma' && { sigmaK }),
    ...(reviewEscape !== null && { reviewEscape }),
  }
}
