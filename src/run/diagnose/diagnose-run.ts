/** `diagnose`: every guardrail on the model of an evaluated run. Whatever keeps one from being asked stops no other. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DetectorMethod } from '../../detector/detector.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { type Guardrail, type GuardrailRun, runGuardrails } from '../../guardrail/contract.ts'
import { evaluationGuardrails, modelGuardrails } from '../../guardrail/model/catalogue.ts'
import { makeRequest } from '../../options/request.ts'
import { type DiagnoseOptions, diagnoseAsk } from '../../options/requests/diagnose.ts'
import { buildReport } from '../../report/build-report.ts'
import { quietTask, type Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { Diagnosis } from '../../wire/diagnosis.ts'
import { keepAnswer } from './kept-answers.ts'
import { type OpenDiagnosis, openDiagnosis } from './open-diagnosis.ts'

/**
 * Writes `diagnosis.json` and builds the report anew.
 *
 * @param methods - Detectors of one's own that the run may be of.
 * @throws as `openDiagnosis`; answers that were given stay, for the next time.
 */
export async function diagnoseRun(
  options: DiagnoseOptions,
  task: Task = quietTask,
  methods: readonly DetectorMethod[] = [],
): Promise<Diagnosis> {
  const request = await makeRequest(diagnoseAsk, options)
  const { run, fold, images } = request
  const opened = await openDiagnosis(request, task, methods)
  const { evaluation, evaluated } = opened
  try {
    const answers = join(run, 'diagnose-resume')
    await makeFolder(answers)
    const key = sha256(JSON.stringify([version, evaluation, evaluated.siblings, fold, images]))
    const kept: Keep = (guardrails) => guardrails.map((guardrail) => keepAnswer(guardrail, answers, key))
    const onEvaluation = await runGuardrails(kept(evaluationGuardrails), evaluated, task)
    const onModel = await askModel(opened, kept, task)
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
    await opened.close()
  }
}

/** Guardrails that remember what they were answered. */
type Keep = <Context>(guardrails: readonly Guardrail<Context>[]) => readonly Guardrail<Context>[]

async function askModel({ openModel, askers }: OpenDiagnosis, kept: Keep, task: Task): Promise<GuardrailRun> {
  const fitted = await openModel()
  if (typeof fitted === 'string') {
    const skipped = modelGuardrails.map(({ id }) => ({ id, reason: fitted }))
    return { report: { findings: [], passed: [], skipped }, pictures: [], charts: [] }
  }
  try {
    return await runGuardrails(kept(await askers(modelGuardrails, fitted)), fitted, task)
  } finally {
    await fitted.detector.close()
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
