/** The document `evaluation.json`: what was asked, what was found, in the names that `docs/cli.md` fixes. */
import { aggregate } from '../../evaluate/aggregate.ts'
import {
  evaluateFold,
  type FoldInput,
  type FoldResult,
  type FoldSettings,
} from '../../evaluate/evaluate-fold.ts'
import { evaluationFindings } from '../../evaluate/findings.ts'
import { leaveOutFinding } from '../../evaluate/leave-out-loss.ts'
import type { MergeDecision } from '../../evaluate/merge-test.ts'
import { type FoldPlan, neverInInference } from '../../evaluate/split.ts'
import { subgroups } from '../../evaluate/subgroups.ts'
import { createRandom } from '../../math/random.ts'
import { thresholdRecord } from '../../options/operating-point.ts'
import { recorded } from '../../options/request.ts'
import { evaluateAsk } from '../../options/requests/evaluate.ts'
import type { Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { Evaluation, Finding, LeaveOut } from '../../wire/evaluation.ts'
import type { FoldRecord, FoldScores } from '../folder/fold-record.ts'
import { describeImages, describeMachine } from './describe-run.ts'
import { folderOf, shotsRow } from './fewer-shots.ts'
import type { OpenEvaluation } from './open-evaluation.ts'
import { evaluationFindingsOf } from './quick-evaluation-check.ts'

/** What was found out on the way. */
export interface Facts {
  readonly merge: MergeDecision
  readonly records: readonly FoldRecord[]
  /** Before those about the figures. */
  readonly findings: readonly Finding[]
  readonly seconds: number
  /** Evaluations with fewer shots, fewest first. */
  readonly fewer?: readonly Evaluation[]
  /** What groups lose that were left out. */
  readonly leaveOut?: LeaveOut | null
}

/** Joins the plans of folds with what was scored. */
export const resultsOfFolds = (
  plans: readonly FoldPlan[],
  records: readonly FoldScores[],
  settings: FoldSettings,
): readonly FoldResult[] => plans.map((plan, i) => resultOfFold(plan, records[i]!, settings))

export const resultOfFold = (plan: FoldPlan, record: FoldScores, settings: FoldSettings): FoldResult =>
  evaluateFold(foldInput(plan, record), settings)

/** Samples of a plan with their scores; those that failed are left out. */
export function foldInput(plan: FoldPlan, record: FoldScores): FoldInput {
  const scored = (role: 'threshold' | 'inference') => {
    const scores = new Map(record[role])
    return plan[role].flatMap((sample) => {
      const score = scores.get(sample.id)
      return score === undefined ? [] : [{ sample, score }]
    })
  }
  const { pixel, seconds } = record
  return { plan, threshold: scored('threshold'), inference: scored('inference'), pixel, seconds }
}

/** Cost: that of `aggregate`, the bootstrap. */
export async function composeEvaluation(
  results: readonly FoldResult[],
  run: OpenEvaluation,
  { merge, records, findings, seconds, fewer = [], leaveOut = null }: Facts,
  task: Task,
): Promise<Evaluation> {
  const { request, settings, units } = run
  const {
    backbone,
    input,
    detector: { id, options },
  } = run.card
  const detector = { id, options }
  const dataset = describeDataset(run, records)
  const { metrics, naive, folds } = aggregate(
    results,
    settings,
    createRandom(request.seed, 'aggregate'),
    task,
  )
  const plans = results.map(({ plan }) => plan)
  const protocol: Evaluation['protocol'] = {
    ...recorded(evaluateAsk.options, request),
    folds: results.length / (settings.draws ?? 1),
    unit: settings.unit,
    threshold: thresholdRecord(request),
    merge,
    prevalence: settings.prevalence,
    prevalenceStated: request.prevalence !== null,
    partialFpr: settings.partialFpr,
    satOut: neverInInference(units, plans),
  }
  const evaluation: Evaluation = {
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
    ...(leaveOut && { leaveOut }),
    findings: [
      ...findings,
      ...[leaveOut && leaveOutFinding(leaveOut)].filter((finding) => finding !== null),
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
      ...describeMachine(request),
      ...(run.crew && { workers: [...run.crew.fleet.hands()] }),
    },
  }
  if (fewer.length === 0) return evaluation
  const rows = fewer.map((each) => shotsRow(each, folderOf(Math.max(...(each.protocol.shots ?? [])))))
  return { ...evaluation, shots: [...rows, shotsRow(evaluation, '.')] }
}

function describeDataset(run: OpenEvaluation, records: readonly FoldRecord[]): Evaluation['dataset'] {
  const { failures, masks, understood } = run
  const all = [...failures, ...masks.failures, ...records.flatMap((record) => record.failures)]
  const distinct = new Map(all.map((failure) => [`${failure.path}\n${failure.reason}`, failure]))
  return {
    ...describeImages(run),
    failures: [...distinct.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    understood,
  }
}
