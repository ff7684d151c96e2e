/** `diagnose`: every guardrail on the model of an evaluated run. Whatever keeps one from being asked stops no other. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { holdImages } from '../backbone/hold-images.ts'
import { InputError, ModelError, UsageError } from '../errors.ts'
import { writeFileAtomic } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { makeFolder } from '../files/make-folder.ts'
import { type GuardrailRun, runGuardrails } from '../guardrail/contract.ts'
import { evaluationGuardrails, modelGuardrails } from '../guardrail/model/catalogue.ts'
import type { EvaluatedRun } from '../guardrail/model/evaluated-run.ts'
import type { FittedRun } from '../guardrail/model/fitted-run.ts'
import { createRandom } from '../math/random.ts'
import { buildReport } from '../report/build-report.ts'
import type { DiagnoseRequest } from '../request.ts'
import type { Task } from '../task.ts'
import { version } from '../version.ts'
import type { Diagnosis } from '../wire/diagnosis.ts'
import { findSiblings } from './find-siblings.ts'
import { keepAnswer } from './kept-answers.ts'
import { openObjectMasks } from './object-masks.ts'
import { openFoldModel } from './open-fold-model.ts'
import { type ReopenedRun, reopenRun } from './reopen-run.ts'

/**
 * Writes `diagnosis.json` and builds the report anew.
 *
 * @throws {InputError} The run or its dataset is not there, or not as it was. @throws {UsageError} There is no such fold.
 * @throws {CancelledError} The signal fired; answers that were given stay, for the next time.
 */
export async function diagnoseRun(request: DiagnoseRequest, task: Task): Promise<Diagnosis> {
  const { run, fold, images } = request
  const reopened = await reopenRun(run, request, task)
  const { evaluation, results, work } = reopened
  try {
    if (fold >= results.length)
      throw new UsageError(
        `--fold: expected a number below ${results.length}, the folds of ${run}, got ${fold}`,
      )
    const answers = join(run, 'diagnose-resume')
    await makeFolder(answers)
    const evaluated: EvaluatedRun = {
      results,
      settings: work.settings,
      evaluation,
      siblings: await findSiblings(run, evaluation, task),
      randomOf: (name) => createRandom(evaluation.seed, 'guardrail', name),
    }
    const key = sha256(JSON.stringify([version, evaluation, evaluated.siblings, fold, images]))
    const onEvaluation = await runGuardrails(
      evaluationGuardrails.map((guardrail) => keepAnswer(guardrail, answers, key)),
      evaluated,
      task,
    )
    const onModel = await askModel(
      reopened,
      evaluated,
      request,
      (guardrails) => guardrails.map((guardrail) => keepAnswer(guardrail, answers, key)),
      task,
    )
    const diagnosis: Diagnosis = {
      version: 1,
      plumbline: version,
      createdAt: request.createdAt,
      evaluatedAt: evaluation.createdAt,
      command: request.command,
      fold,
      images,
      ...joined(onEvaluation, onModel),
    }
    await writeFileAtomic(join(run, 'diagnosis.json'), `${JSON.stringify(diagnosis)}\n`)
    await rm(answers, { recursive: true, force: true })
    await buildReport(run, task)
    return diagnosis
  } finally {
    await work.vision.close()
  }
}

async function askModel(
  reopened: ReopenedRun,
  evaluated: EvaluatedRun,
  { fold, images }: DiagnoseRequest,
  kept: (guardrails: typeof modelGuardrails) => typeof modelGuardrails,
  task: Task,
): Promise<GuardrailRun> {
  const { vision, seen, context } = reopened.work
  let model: Awaited<ReturnType<typeof openFoldModel>>
  try {
    model = await openFoldModel(reopened, fold, task)
  } catch (error) {
    if (!(error instanceof InputError || error instanceof ModelError)) throw error
    const skipped = modelGuardrails.map(({ id }) => ({ id, reason: error.message }))
    return { report: { findings: [], passed: [], skipped }, pictures: [], charts: [] }
  }
  const { detector, judged } = model
  try {
    const fitted: FittedRun = {
      ...evaluated,
      fold,
      threshold: reopened.evaluation.folds[fold]?.threshold ?? null,
      detector,
      vision,
      held: holdImages(vision),
      judged,
      defectMask: (sample) => context.masks.find(sample),
      objects: await openObjectMasks(seen.samples, judged, vision, context.machine.threads, task),
      images,
    }
    return await runGuardrails(kept(modelGuardrails), fitted, task)
  } finally {
    await detector.close()
  }
}

const severities = ['error', 'warning', 'info'] as const

function joined(a: GuardrailRun, b: GuardrailRun): Pick<Diagnosis, 'report' | 'pictures' | 'charts'> {
  const findings = [...a.report.findings, ...b.report.findings]
  return {
    report: {
      findings: severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity)),
      passed: [...a.report.passed, ...b.report.passed],
      skipped: [...a.report.skipped, ...b.report.skipped],
    },
    pictures: [...a.pictures, ...b.pictures],
    charts: [...a.charts, ...b.charts],
  }
}
