/**
 * `plan`: how many more photographs, and what they would buy.
 *
 *   roles as an evaluation draws them -> detectors that learn from more and more good units, all judged on the same sets
 *   -> learning curves, carried on -> thresholds and verdicts on fewer defective units, carried on -> how many prove what
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StatisticalError } from '../../errors.ts'
import { drawSupports } from '../../evaluate/draw-supports.ts'
import type { FoldPlan } from '../../evaluate/fold-plan.ts'
import { proofSentence } from '../../evaluate/plan/plan-sentences.ts'
import { defaultDraws, defaultFolds, nominalSizes } from '../../evaluate/plan/plan-sizes.ts'
import { planFolds, splitDefaults } from '../../evaluate/split.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import { makeRequest } from '../../options/request.ts'
import type { EvaluateRequest } from '../../options/requests/evaluate.ts'
import { type PlanOptions, type PlanRequest, planAsk } from '../../options/requests/plan.ts'
import { planPage } from '../../report/plan-page.ts'
import { quietTask, type Task } from '../../task.ts'
import type { Plan } from '../../wire/plan.ts'
import { decideMergeOf } from '../evaluate/merge-step.ts'
import { type Drawn, type OpenEvaluation, openEvaluation } from '../evaluate/open-evaluation.ts'
import { claimFolder } from '../folder/claim-folder.ts'
import { resumeFolder } from '../folder/fold-record.ts'
import { composePlan, proofOf } from './compose-plan.ts'
import { workSupports } from './work-supports.ts'

/**
 * Writes `plan.json` and `plan.html` where a folder is named. An interrupted plan goes on where it stopped, from that folder or from the
 * feature cache.
 *
 * @throws {StatisticalError} Too few units to draw folds or to see a curve, with what would suffice.
 * @throws as `evaluateDataset` otherwise.
 */
export async function planDataset(options: PlanOptions, task: Task = quietTask): Promise<Plan> {
  const request = await makeRequest(planAsk, options)
  const { out } = request
  if (out !== null) await claimFolder(out, 'plan')
  const started = performance.now()
  const run = await openEvaluation(evaluationOf(request), task, (drawn) => plansOf(drawn, request, true))
  try {
    const folder = workFolder(run, request)
    const planned = await planRun(run, request, folder, task)
    const plan = { ...planned, seconds: Math.round(performance.now() - started) / 1000 }
    if (out !== null) {
      await writeFileAtomic(join(out, 'plan.html'), planPage(plan))
      await writeFileAtomic(join(out, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`)
    }
    if (folder !== null) await rm(folder, { recursive: true, force: true })
    return plan
  } finally {
    await run.vision.close()
  }
}

/**
 * A plan from samples that were looked at already.
 *
 * @param folder - Where finished detectors wait for the others; null for nowhere. @throws as {@link planDataset}.
 */
export async function planRun(
  run: OpenEvaluation,
  request: PlanRequest,
  folder: string | null,
  task: Task,
): Promise<Plan> {
  const { seed } = request
  const merge = decideMergeOf(run, task)
  const judgedBy = ({ threshold, inference }: FoldPlan): number => threshold.length + inference.length
  const possible = plansOf({ ...run, partsKnown: run.settings.partsKnown }, request, merge.merged)
  const folds = request.folds ?? defaultFolds(Math.max(...possible.map(judgedBy)))
  const plans = possible.slice(0, folds)
  const judged = plans.reduce((sum, plan) => sum + judgedBy(plan), 0)
  const draws = request.draws ?? defaultDraws(judged)
  const all = Math.min(...plans.map(({ unitIds }) => unitIds.train.length))
  const sizes = nominalSizes(all).map((units) => {
    const own = units === all ? 1 : draws // orders end in the same support
    return { units, draws: own, plans: drawSupports(plans, run.units, { shots: units, draws: own, seed }) }
  })
  const records = await workSupports(
    sizes.map((size) => size.plans),
    { ...run, request: { seed, folds }, folder },
    task,
  )
  const worked = sizes.map((size, i) => ({ ...size, records: records[i]! }))
  return composePlan(worked, run, request, { merge, draws }, task)
}

/** The evaluation whose folds are looked at. */
export function evaluationOf({
  maxEscape: _,
  maxOverkill: _overkill,
  confidence: _confidence,
  ...request
}: PlanRequest) {
  const evaluation: EvaluateRequest = {
    ...request,
    ...{ keepModels: false, scheme: 'random', by: null, split: 'ignored', shots: null, draws: 1 },
    thresholdFrom: 'set',
    reviewEscape: null,
    folds: request.folds ?? splitDefaults.folds,
    out: request.out ?? '',
  }
  return evaluation
}

/** @throws {StatisticalError} Too few units; what can be said without any is said. */
function plansOf(
  { units, request: evaluation, partsKnown }: Drawn,
  request: PlanRequest,
  merged: boolean,
): readonly FoldPlan[] {
  try {
    return planFolds(units, { ...evaluation, merged })
  } catch (error) {
    if (!(error instanceof StatisticalError)) throw error
    const { maxEscape, maxOverkill, confidence } = request
    throw new StatisticalError(
      [
        error.message,
        proofSentence(proofOf(maxEscape, confidence, null), 'escape', 'defective', 'missed', partsKnown),
        proofSentence(proofOf(maxOverkill, confidence, null), 'overkill', 'good', 'rejected', partsKnown),
      ].join('\n'),
      { cause: error },
    )
  }
}

/** Where finished supports wait for the others; null where there is neither a folder nor a cache. */
function workFolder(run: OpenEvaluation, { out, cache, folds, draws }: PlanRequest): string | null {
  if (out !== null) return resumeFolder(out)
  return cache && join(cache, 'plans', sha256(JSON.stringify([run.key, folds, draws])))
}
