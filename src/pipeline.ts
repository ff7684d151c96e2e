/**
 * The journey from a folder of photographs to an estimate that can be believed, in order. Start reading here.
 *
 *   dataset -> look at every image once -> may test images train? -> plan the folds -> fit, score, judge each fold
 *           -> figures with intervals -> pictures -> report
 *
 * Steps 0 to 5 are those of `docs/protocol.md`. Every file of the run folder is written whole or not at all, and an
 * interrupted run goes on where it stopped.
 */
import { join } from 'node:path'
import { planFolds } from './evaluate/split.ts'
import { writeFileAtomic } from './files/atomic.ts'
import { toConfig } from './options/config-file.ts'
import { makeRequest } from './options/request.ts'
import { type DemoOptions, demoAsk } from './options/requests/demo.ts'
import { type EvaluateOptions, evaluateAsk } from './options/requests/evaluate.ts'
import { forgingOf, type SimulateOptions, simulateAsk } from './options/requests/simulate.ts'
import type { SweepOptions } from './options/requests/sweep.ts'
import { buildReport } from './report/build-report.ts'
import { checkDataset } from './run/check/check-dataset.ts'
import { demoRequests } from './run/demo/demo-requests.ts'
import { diagnoseRun } from './run/diagnose/diagnose-run.ts'
import { composeEvaluation, resultsOfFolds } from './run/evaluate/compose-evaluation.ts'
import { drawGallery } from './run/evaluate/draw-gallery.ts'
import { fewerShots } from './run/evaluate/fewer-shots.ts'
import { findingsOf } from './run/evaluate/findings.ts'
import { keptModels } from './run/evaluate/kept-models.ts'
import { leaveOutReference, measureLeaveOut } from './run/evaluate/leave-out-step.ts'
import { measureLeakage } from './run/evaluate/measure-leakage.ts'
import { decideMergeOf } from './run/evaluate/merge-step.ts'
import { openEvaluation } from './run/evaluate/open-evaluation.ts'
import { quickCheck } from './run/evaluate/quick-check.ts'
import { refuseFewScores } from './run/evaluate/refuse-few-scores.ts'
import { colourScale, workFolds } from './run/evaluate/work-fold.ts'
import { claimFolder } from './run/folder/claim-folder.ts'
import { findEarlierRun, removeResults } from './run/folder/earlier-run.ts'
import { checkKeptModels, finishFolder } from './run/folder/finish-folder.ts'
import { writeResults } from './run/folder/write-results.ts'
import type { RunCard } from './run/open/open-run.ts'
import { prepareDataset } from './run/prepare/prepare-dataset.ts'
import { sweepDataset as sweepCells } from './run/sweep/sweep-dataset.ts'
import { trainModel } from './run/train/train-model.ts'
import type { SimulateSummary } from './simulate/simulate-dataset.ts'
import { quietTask, type Task } from './task.ts'
import type { Diagnosis } from './wire/diagnosis.ts'
import type { Evaluation } from './wire/evaluation.ts'
import type { GuardrailReport } from './wire/guardrail-report.ts'
import type { Preparation } from './wire/preparation.ts'
import type { Sweep } from './wire/sweep.ts'

export { compareRunFolders } from './run/compare/compare-run-folders.ts'
export { rotationExperiment } from './run/experiment/rotation-experiment.ts'
export { exportModel, verifyExport } from './run/export/signed-export.ts'
export { forecastRun } from './run/fleet/forecast/forecast-run.ts'
export { workForOthers } from './run/fleet/work-for-others.ts'
export { predictImages } from './run/inspect/predict-images.ts'
export { showModel } from './run/inspect/show-model.ts'
export { lookDataset } from './run/look/look-dataset.ts'
export { planDataset } from './run/plan/plan-dataset.ts'
export { restoreStation } from './run/station/restore-station.ts'
export { verifyAudit } from './run/station/verify-audit.ts'
export { checkDataset, diagnoseRun, prepareDataset, trainModel }

/**
 * The protocol of `docs/protocol.md` on one dataset; writes the whole run folder.
 *
 * @throws {StatisticalError} Too few units for the folds or for the policy, with what would suffice.
 * @throws {InputError} The dataset or the folder. @throws {UsageError} Options that do not fit the dataset.
 * @throws {ModelError} Weights. @throws {CancelledError} The signal fired; what is done stays.
 */
export function evaluateDataset(options: EvaluateOptions, task: Task = quietTask): Promise<Evaluation> {
  return evaluateWithin(options, task, async () => {})
}

/** @param makeRoom - Of the run that this one belongs to: removes what it replaces, once it is known that there is something to work on. */
async function evaluateWithin(
  options: EvaluateOptions,
  task: Task,
  makeRoom: (card: RunCard) => Promise<void>,
): Promise<Evaluation> {
  const started = performance.now()
  const request = await makeRequest(evaluateAsk, options)
  await claimFolder(request.out, 'run')
  await checkKeptModels(request.out)
  const earlier = await findEarlierRun(request)
  if (earlier !== null && earlier.changes.length > 0)
    task.note(
      `${request.out}: replaces the finished run there (${earlier.changes.join('; ')}); Ctrl-C now keeps it`,
    )
  const replace = async (card: RunCard): Promise<void> => {
    await makeRoom(card)
    if (earlier !== null && !earlier.isSame(card)) await removeResults(request.out)
  }
  const fewer: Evaluation[] = []
  for (const each of fewerShots(request)) fewer.push(await evaluateWithin(each, task, replace))
  for (const each of leaveOutReference(request)) await evaluateWithin(each, task, replace)
  const run = await openEvaluation(request, task)
  try {
    await replace(run.card)
    await writeFileAtomic(join(request.out, 'config.json'), json(toConfig(evaluateAsk.options, request)))
    const checking = quickCheck(run, task)
    checking.catch(() => {}) // thrown where it is awaited
    if (run.crew === null && run.foldThreads === null) await checking // workers and threads are busy meanwhile

    const merge = decideMergeOf(run, task) // step 0
    const plans = planFolds(run.units, { ...request, merged: merge.merged }) // step 1
    refuseFewScores(plans, run)
    const records = await workFolds(plans, run, task) // 2 and 3
    const results = resultsOfFolds(plans, records, run.settings) // 4
    const checked = await checking

    const leakage = await measureLeakage(results, run, merge.merged, task)
    const findings = findingsOf(run, checked, leakage)
    const leaveOut = await measureLeaveOut(results, run, task)
    const facts = { merge, records, findings, fewer, leaveOut, seconds: seconds(started) }
    const evaluation = await composeEvaluation(results, run, facts, task) // step 5

    await drawGallery(results, run, colourScale(records), checked.pictures, task)
    await writeResults(request.out, evaluation, results)
    await buildReport(request.out, task)
    await finishFolder(request.out, await keptModels(results, evaluation, colourScale(records), run, task))
    return evaluation
  } finally {
    await run.vision.close()
  }
}

/** A grid of evaluations of one dataset. @throws as `sweepDataset` of `run/sweep/`. */
export function sweepDataset(options: SweepOptions, task: Task = quietTask): Promise<Sweep> {
  return sweepCells(options, task, evaluateDataset)
}

export interface DemoResult {
  readonly evaluation: Evaluation
  readonly checked: GuardrailReport
  readonly preparation: Preparation
  readonly diagnosis: Diagnosis
  /** Run folder. */
  readonly run: string
  /** Model folder: `plumbline serve --model` takes it. */
  readonly model: string
}

/** Renders a dataset of forged parts; the forge is loaded when it is asked for. @throws {UsageError} Options out of range. */
export async function simulateDataset(
  options: SimulateOptions,
  task: Task = quietTask,
): Promise<SimulateSummary> {
  const request = await makeRequest(simulateAsk, options)
  const forge = await import('./simulate/simulate-dataset.ts')
  return await forge.simulateDataset(forgingOf(request), task)
}

/** Every step on simulated parts: what is to be seen without any data. */
export async function runDemo(options: DemoOptions, task: Task = quietTask): Promise<DemoResult> {
  const request = await makeRequest(demoAsk, options)
  const { simulate, check, prepare, evaluate, diagnose, train } = demoRequests(request)
  await claimFolder(request.out, 'demo')
  await simulateDataset(simulate, task)
  const checking = checkDataset(check, task)
  checking.catch(() => {}) // thrown where it is awaited
  const preparation = await prepareDataset(prepare, task) // its threads are busy meanwhile
  const { report: checked } = await checking
  const evaluation = await evaluateDataset(evaluate, task)
  const diagnosis = await diagnoseRun(diagnose, task)
  await trainModel(train, task)
  return { evaluation, checked, preparation, diagnosis, run: evaluate.out, model: train.out }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
const seconds = (since: number): number => Math.round(performance.now() - since) / 1000
