/**
 * A finished run opened again: the same samples, vision and folds, and results rebuilt from what it recorded. Whatever would make
 * them other than they were is an error that says what differs.
 */
import { InputError } from '../../errors.ts'
import type { FoldResult } from '../../evaluate/evaluate-fold.ts'
import { type FoldPlan, planFolds } from '../../evaluate/split.ts'
import type { Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { Evaluation, ScoreRow } from '../../wire/evaluation.ts'
import { resultOfFold } from '../evaluate/compose-evaluation.ts'
import { type OpenEvaluation, openEvaluation } from '../evaluate/open-evaluation.ts'
import { checkSameData } from '../folder/check-same-data.ts'
import type { FoldScores } from '../folder/fold-record.ts'
import { loadRun } from '../folder/load-run.ts'
import { type RunSurroundings, readRunConfig } from '../folder/read-run-config.ts'

export interface ReopenedRun {
  readonly run: string
  readonly evaluation: Evaluation
  readonly rows: readonly ScoreRow[]
  readonly work: OpenEvaluation
  readonly plans: readonly FoldPlan[]
  readonly results: readonly FoldResult[]
}

/**
 * The caller closes `work.vision`.
 *
 * @throws {InputError} A file of the run is missing; the dataset is gone or has changed; the folds cannot be drawn as they were.
 * Cost: one look at every image; features come from the cache.
 */
export async function reopenRun(
  run: string,
  surroundings: RunSurroundings,
  task: Task,
): Promise<ReopenedRun> {
  const { evaluation, scores: rows } = await loadRun(run)
  const config = await readRunConfig(run, surroundings)
  const { width, height } = evaluation.input
  // What was left to the machine then, a better backbone at hand for one, must not be decided anew.
  const request = { ...config, backbone: evaluation.backbone.id, size: { width, height } }
  const work = await openEvaluation(request, task)
  try {
    checkSameData(run, evaluation, work.card)
    const plans = planFolds(work.units, { ...request, merged: evaluation.protocol.merge.merged })
    checkFolds(run, plans, rows, evaluation)
    const results = plans.map((plan) => resultOfFold(plan, scoresOf(plan, rows, evaluation), work.settings))
    return { run, evaluation, rows, work, plans, results }
  } catch (error) {
    await work.vision.close()
    throw error
  }
}

/** Images that failed when they were scored stand in the plan but have no row. */
function checkFolds(
  run: string,
  plans: readonly FoldPlan[],
  rows: readonly ScoreRow[],
  { plumbline }: Evaluation,
): void {
  const planned = new Map<string, string>()
  for (const plan of plans) {
    for (const role of ['threshold', 'inference'] as const) {
      for (const { id } of plan[role]) planned.set(`${plan.fold}\n${id}`, role)
    }
  }
  const strange = rows.find(({ fold, image, role }) => planned.get(`${fold}\n${image}`) !== role)
  if (strange === undefined) return
  const hint = plumbline === version ? '' : `; the run was made by version ${plumbline}, this is ${version}`
  throw new InputError(
    run,
    `cannot be reproduced: its fold ${strange.fold} has ${strange.image} as ${strange.role}, which is not how the folds are drawn now${hint}`,
  )
}

/** What the run recorded of a fold. */
function scoresOf({ fold }: FoldPlan, rows: readonly ScoreRow[], { folds }: Evaluation): FoldScores {
  const scores = (role: ScoreRow['role']): [string, number][] =>
    rows.filter((row) => row.fold === fold && row.role === role).map(({ image, score }) => [image, score])
  const recorded = folds.find((each) => each.fold === fold)
  const pixel = recorded?.metrics.pixel ?? null
  return {
    threshold: scores('threshold'),
    inference: scores('inference'),
    pixel: pixel && {
      auroc: pixel.auroc ?? null,
      averagePrecision: pixel.averagePrecision ?? null,
      aupro: pixel.aupro ?? null,
      aupro05: pixel.aupro05 ?? null,
      aupimo: pixel.aupimo ?? null,
    },
    seconds: recorded?.seconds ?? { fit: 0, score: 0 },
  }
}
