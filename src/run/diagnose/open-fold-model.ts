/** The fitted model of a fold of a finished run: kept with the run, or fitted again; shown to be the one that was judged. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Detector } from '../../detector/detector.ts'
import { loadModel, refuseOtherVersion } from '../../detector/model-folder.ts'
import { removeScratch } from '../../detector/scratch-folder.ts'
import { InputError, ModelError } from '../../errors.ts'
import type { FoldPlan } from '../../evaluate/split.ts'
import type { JudgedImage } from '../../guardrail/model/fitted-run.ts'
import { judgeImages } from '../../guardrail/model/judge-images.ts'
import type { Task } from '../../task.ts'
import { version } from '../../version.ts'
import { fitFold } from '../evaluate/fit-fold.ts'
import { modelByFleet } from '../fleet/train-by-fleet.ts'
import { keptModelFolder } from '../folder/fold-record.ts'
import type { ReopenedRun } from './reopen-run.ts'

export interface FoldModel {
  readonly detector: Detector
  /** Inference images of the fold, sorted by id. */
  readonly judged: readonly JudgedImage[]
}

/**
 * Largest difference of a score from the recorded one, in standard deviations of the fold's scores. The runtime chooses the
 * order of sums by batch and threads; that moves scores by about 1e-6, another model by 0.1 and more.
 */
const tolerance = 1e-3

/**
 * The caller closes the detector.
 *
 * @throws {InputError} Its scores are not those recorded. @throws {ModelError} The kept model is damaged or another's.
 * Cost: fitting, where the run kept no models; scoring of the inference images.
 */
export async function openFoldModel(reopened: ReopenedRun, fold: number, task: Task): Promise<FoldModel> {
  const { work, plans, evaluation, run } = reopened
  const plan = plans[fold]!
  const kept = keptModelFolder(run, fold)
  const isKept = existsSync(join(kept, 'model.json'))
  const detector = isKept ? await loadKept(kept, reopened) : await refit(plan, reopened, task)
  try {
    const threshold = evaluation.folds.find((each) => each.fold === fold)?.threshold ?? null
    const samples = plan.inference.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const judged = await judgeImages(detector, work.vision, samples, work.settings.unit, threshold, task)
    checkScores(judged, fold, isKept, reopened)
    return { detector, judged }
  } catch (error) {
    await detector.close()
    throw error
  }
}

async function loadKept(folder: string, { work, evaluation }: ReopenedRun): Promise<Detector> {
  const { card, files } = await loadModel(folder)
  const { configured, machine } = work
  if (
    card.trained.fingerprint !== evaluation.dataset.fingerprint ||
    card.detector.id !== configured.method.id
  ) {
    throw new ModelError(
      join(folder, 'model.json'),
      `expected a ${configured.method.id} of this run's dataset, found a ${card.detector.id} trained on ${card.trained.fingerprint}`,
    )
  }
  refuseOtherVersion(folder, card, configured.method)
  return configured.method.load(files, machine)
}

async function refit(plan: FoldPlan, { work, run }: ReopenedRun, task: Task): Promise<Detector> {
  task.note(`the run kept no models (--keep-models): fold ${plan.fold} is fitted again`)
  const { crew, configured, machine, request } = work
  if (crew !== null) {
    const tools = { configured, seed: request.seed }
    const { fold, train } = plan
    const files = await modelByFleet({ stream: ['fit', fold], train }, tools, crew, `fold ${fold + 1}: fit`)
    return configured.method.load(files, machine)
  }
  const scratchFolder = join(run, `diagnose-fold-${plan.fold}`)
  const detector = await fitFold(plan, work, scratchFolder, task)
  await removeScratch(scratchFolder)
  return detector
}

function checkScores(
  judged: readonly JudgedImage[],
  fold: number,
  isKept: boolean,
  { run, rows, evaluation }: ReopenedRun,
): void {
  const recorded = rows.filter((row) => row.fold === fold && row.role === 'inference')
  const now = new Map(judged.map(({ sample, score }) => [sample.id, score]))
  const mean = recorded.reduce((sum, { score }) => sum + score, 0) / recorded.length
  const spread = Math.sqrt(
    recorded.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / Math.max(1, recorded.length - 1),
  )
  const different = recorded.filter(({ image, score }) => {
    const again = now.get(image)
    return again === undefined || Math.abs(again - score) > tolerance * spread
  })
  const [first] = different
  if (first === undefined) return
  const hint =
    evaluation.plumbline === version
      ? 'the device, the threads or the files of the program differ from then'
      : `the run was made by version ${evaluation.plumbline}, this is ${version}`
  throw new InputError(
    run,
    `cannot be reproduced: ${isKept ? 'the kept model' : 'the model fitted again'} of fold ${fold} gives ${different.length} of ` +
      `${recorded.length} images another score, ${first.image} ${now.get(first.image) ?? 'none'} for ${first.score} (${hint}); ` +
      `evaluate again${isKept ? '' : ' with --keep-models'}, then diagnose`,
  )
}
