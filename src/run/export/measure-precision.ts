/**
 * What a lower precision loses: the models of a run's folds judge their inference images again, as files of that precision, and every
 * figure is compared with the recorded one, image by image, fold by fold.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readPicture } from '../../backbone/read-picture.ts'
import type { Sample } from '../../dataset/sample.ts'
import { loadModel } from '../../detector/model-folder.ts'
import { ModelError, UsageError } from '../../errors.ts'
import { type Comparison, compareRuns } from '../../evaluate/compare.ts'
import { loweringOf, modelGraph, outputNames, type Precision, partsOf } from '../../export/model-graph.ts'
import { asFloat32, openSession, tensor } from '../../graph/index.ts'
import type { Image } from '../../image/image.ts'
import { loadParts } from '../../inspect/open-model.ts'
import { createRandom } from '../../math/random.ts'
import type { ExportRequest } from '../../options/requests/export.ts'
import { present } from '../../present.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Evaluation, ScoreRow } from '../../wire/evaluation.ts'
import type { PrecisionLoss } from '../../wire/parity.ts'
import { type ReopenedRun, reopenRun } from '../diagnose/reopen-run.ts'
import { keptModelFolder } from '../folder/fold-record.ts'
import { keptPictures } from './good-pictures.ts'

/** Scores within this share of the threshold are near it. */
const within = 0.1
/** Share of the verdicts near the threshold that may become others; a single one may in any case. */
const allowed = 0.1

/**
 * @throws {UsageError} The run kept no models. @throws {InputError} The run or the dataset is not there, or not as it was.
 * @throws {ModelError} Too many verdicts near the threshold become others; a number of a model is beyond float16.
 * Cost: every inference image of every fold, once.
 */
export async function measurePrecision(
  request: ExportRequest,
  precision: Precision,
  task: Task,
): Promise<PrecisionLoss> {
  const run = present(request.run, 'a run')
  const dataset = present(request.dataset, 'a dataset')
  const { threads, weights } = request
  const here = { device: 'cpu', threads, cache: null, weights, createdAt: '', command: '' } as const
  const reopened = await reopenRun(run, { ...here, methods: [], dataset }, task)
  try {
    const { evaluation, rows } = reopened
    await refuseOther(request.model, run, evaluation)
    const lowered = new Map<string, number>()
    for (const { fold } of reopened.plans) {
      for (const [image, score] of await scoreFold(reopened, fold, request, precision, task)) {
        lowered.set(`${fold}\n${image}`, score)
      }
    }
    const ownRows = rows.map(
      (row): ScoreRow => ({ ...row, score: lowered.get(`${row.fold}\n${row.image}`) ?? row.score }),
    )
    const comparison = compareRuns(
      { name: precision, evaluation, scores: ownRows },
      { name: 'float32', evaluation, scores: rows },
      createRandom(evaluation.seed, 'precision'),
      task,
    )
    const thresholds = new Map(evaluation.folds.map(({ fold, threshold }) => [fold, threshold ?? Infinity]))
    const near = countNear(rows, ownRows, (fold) => thresholds.get(fold) ?? Infinity)
    if (near.flips > Math.max(1, allowed * near.images))
      throw new ModelError(request.model, tooMany(precision, near, comparison))
    const { auroc, escapeRate, overkillRate } = comparison.figures
    return {
      run,
      folds: comparison.folds,
      images: lowered.size,
      auroc: { mean: auroc.mean, ci: auroc.ci },
      escapeRate: { mean: escapeRate.mean, ci: escapeRate.ci },
      overkillRate: { mean: overkillRate.mean, ci: overkillRate.ci },
      near: { within, ...near, allowed },
    }
  } finally {
    await reopened.work.vision.close()
  }
}

/** @throws {UsageError} The run says nothing of models like this one. */
async function refuseOther(model: string, run: string, { detector, backbone }: Evaluation): Promise<void> {
  const { card } = await loadModel(model)
  if (card.input.roi !== undefined || card.input.tiles !== undefined) {
    throw new UsageError(
      `${model}: what a lower precision loses is measured on whole pictures only, and this model has a region of interest or tiles: export it as float32`,
    )
  }
  const isAlike = card.detector.id === detector.id && card.backbone.weights === backbone.weights
  if (isAlike) return
  throw new UsageError(
    `--run ${run}: evaluated ${detector.id} on ${backbone.id}, but the model is ${card.detector.id} on ${card.backbone.id}: what one loses says nothing of the other`,
  )
}

const tooMany = (precision: Precision, { images, flips }: Near, { figures }: Comparison): string =>
  `is not exported as ${precision}: of ${images} verdicts on scores within ${100 * within} % of the threshold ${flips} become others, more than ${100 * allowed} % ` +
  `(${figures.auroc.words} ${figures.escapeRate.words} ${figures.overkillRate.words})`

interface Near {
  readonly images: number
  readonly flips: number
}

/** Inference images near the threshold in either precision, or whose verdict is another. */
export function countNear(
  full: readonly ScoreRow[],
  lowered: readonly ScoreRow[],
  thresholdOf: (fold: number) => number,
): Near {
  let [images, flips] = [0, 0]
  for (const [i, { fold, role, score }] of full.entries()) {
    if (role !== 'inference') continue
    const [threshold, other] = [thresholdOf(fold), lowered[i]!.score]
    const isFlip = score >= threshold !== other >= threshold
    const reach = Number.isFinite(threshold) ? within * Math.abs(threshold) : -1
    const isNear = [score, other].some((each) => Math.abs(each - threshold) <= reach)
    if (isNear || isFlip) images++
    if (isFlip) flips++
  }
  return { images, flips }
}

/** Scores of a fold's inference images by its own model in the lower precision; images that failed in the run are left out. */
async function scoreFold(
  { run, plans, rows, evaluation }: ReopenedRun,
  fold: number,
  { weights, threads }: ExportRequest,
  precision: Precision,
  task: Task,
): Promise<readonly (readonly [string, number])[]> {
  const folder = keptModelFolder(run, fold)
  if (!existsSync(join(folder, 'model.json'))) {
    throw new UsageError(`--run ${run}: kept no model of fold ${fold}: evaluate again with --keep-models`)
  }
  const opened = await loadParts(folder, {
    device: 'cpu',
    threads,
    task,
    ...(weights !== null && { weights }),
  })
  try {
    const parts = partsOf(opened)
    const machine = { device: 'cpu', threads }
    const kept = await keptPictures(folder)
    const plan = present(plans[fold], `fold ${fold}`)
    const seen = kept.length > 0 ? kept : await Promise.all(plan.train.slice(0, 32).map(pictureOf))
    const lowering = await loweringOf(precision, parts, seen, machine)
    const options = {
      input: { kind: 'camera' },
      batch: 1,
      channels: 3,
      isDiagnostic: false,
      lowering,
    } as const
    const session = await openSession((await modelGraph(parts, options)).build(), machine)
    const recorded = new Set(
      rows.filter((row) => row.fold === fold && row.role === 'inference').map(({ image }) => image),
    )
    const samples = plan.inference.filter(({ id }) => recorded.has(id))
    const progress = task.progress(`${precision}, fold ${fold + 1} of ${evaluation.folds.length}`, 'images')
    const scores: [string, number][] = []
    try {
      for (const [i, sample] of samples.entries()) {
        checkCancelled(task)
        const { width: w, height: h, data } = await pictureOf(sample)
        const found = await session.run({ image: tensor(data, [1, h, w, 3]) })
        scores.push([
          sample.id,
          present(asFloat32(present(found[outputNames.score], 'a score')).data[0], 'a score'),
        ])
        progress.update(i + 1, samples.length)
      }
    } finally {
      progress.end()
      await session.close()
    }
    return scores
  } finally {
    await opened.detector.close()
  }
}

const pictureOf = (sample: Sample): Promise<Image> => readPicture(sample, null, sample.reading)
