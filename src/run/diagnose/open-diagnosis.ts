/** Everything the guardrails on a model look at, opened: the run as it was, the runs beside it, and the fitted model of a fold. */
import { holdImages } from '../../backbone/hold-images.ts'
import type { DetectorMethod } from '../../detector/detector.ts'
import { InputError, ModelError, UsageError } from '../../errors.ts'
import type { Guardrail } from '../../guardrail/contract.ts'
import type { EvaluatedRun } from '../../guardrail/model/evaluated-run.ts'
import type { FittedRun } from '../../guardrail/model/fitted-run.ts'
import { createRandom } from '../../math/random.ts'
import type { DiagnoseRequest } from '../../options/requests/diagnose.ts'
import type { Task } from '../../task.ts'
import type { Evaluation } from '../../wire/evaluation.ts'
import { askByFleet } from '../fleet/ask-by-fleet.ts'
import { findSiblings } from '../folder/find-siblings.ts'
import { openObjectMasks } from './object-masks.ts'
import { openFoldModel } from './open-fold-model.ts'
import { type ReopenedRun, reopenRun } from './reopen-run.ts'

export interface OpenDiagnosis {
  readonly evaluation: Evaluation
  readonly evaluated: EvaluatedRun
  /** Who asks the model's guardrails: this process, or workers. */
  readonly askers: (
    guardrails: readonly Guardrail<FittedRun>[],
    run: FittedRun,
  ) => Promise<readonly Guardrail<FittedRun>[]>
  /** Fits or loads the model, and judges the inference images; or why that cannot be done. The caller closes its detector. */
  readonly openModel: () => Promise<FittedRun | string>
  close(): Promise<void>
}

/**
 * @throws {InputError} The run or its dataset is not there, or not as it was. @throws {UsageError} There is no such fold.
 * @throws {CancelledError}
 */
export async function openDiagnosis(
  request: DiagnoseRequest,
  task: Task,
  methods: readonly DetectorMethod[] = [],
): Promise<OpenDiagnosis> {
  const { run, fold } = request
  const reopened = await reopenRun(run, { ...request, methods }, task)
  const { evaluation, results, work } = reopened
  try {
    if (fold >= results.length)
      throw new UsageError(
        `--fold: expected a number below ${results.length}, the folds of ${run}, got ${fold}`,
      )
    const evaluated: EvaluatedRun = {
      results,
      settings: work.settings,
      evaluation,
      siblings: await findSiblings(run, evaluation, task),
      randomOf: (name) => createRandom(evaluation.seed, 'guardrail', name),
    }
    return {
      evaluation,
      evaluated,
      askers: async (guardrails, fitted) => {
        const { crew, configured } = work
        const tools = { configured, seed: work.request.seed }
        return crew === null ? guardrails : askByFleet(guardrails, fitted, tools, crew)
      },
      openModel: () => fitted(reopened, evaluated, request, task),
      close: () => work.vision.close(),
    }
  } catch (error) {
    await work.vision.close()
    throw error
  }
}

async function fitted(
  reopened: ReopenedRun,
  evaluated: EvaluatedRun,
  { fold, images }: DiagnoseRequest,
  task: Task,
): Promise<FittedRun | string> {
  const { vision, seen, masks, machine, card } = reopened.work
  if (card.input.tiles !== undefined) {
    return 'the run looks at tiles (--tiles), and the guardrails on the fitted model look at whole images: evaluate without tiles to ask them'
  }
  let model: Awaited<ReturnType<typeof openFoldModel>>
  try {
    model = await openFoldModel(reopened, fold, task)
  } catch (error) {
    if (error instanceof InputError || error instanceof ModelError) return error.message
    throw error
  }
  const { detector, judged } = model
  try {
    return {
      ...evaluated,
      fold,
      threshold: reopened.evaluation.folds[fold]?.threshold ?? null,
      detector,
      vision,
      held: holdImages(vision),
      judged,
      defectMask: (sample) => masks.find(sample),
      objects: await openObjectMasks(seen.samples, judged, vision, machine.threads, task),
      images,
    }
  } catch (error) {
    await detector.close()
    throw error
  }
}
