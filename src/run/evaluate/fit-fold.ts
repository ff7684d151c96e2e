/** The first step of a fold: fit, score the threshold images, keep the model. */
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Detector } from '../../detector/detector.ts'
import { type ModelFiles, saveModel } from '../../detector/model-folder.ts'
import { openScratchFolder, removeScratch } from '../../detector/scratch-folder.ts'
import { StatisticalError } from '../../errors.ts'
import type { FoldPlan } from '../../evaluate/split.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import { groupBy } from '../../math/group-by.ts'
import { createRandom } from '../../math/random.ts'
import type { Task } from '../../task.ts'
import { foldCurvesPath, foldModelFolder, foldScratchFolder } from '../folder/fold-record.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import type { OpenEvaluation } from './open-evaluation.ts'
import { joinRanked, mapsToSample, type Ranked, type RankRecord, rankImages } from './rank-images.ts'

/** What the steps of a fold need of the evaluation. */
export type FoldWork = Pick<OpenEvaluation, 'out' | 'key' | 'configured' | 'machine' | 'card' | 'extras'> & {
  readonly vision: Vision
  readonly request: Pick<OpenEvaluation['request'], 'seed' | 'folds'>
}

/** Of a plan, what fitting needs. */
export type FitPlan = Pick<FoldPlan, 'fold' | 'train' | 'threshold'>

/** What is known of a fold once it has been fitted. */
export interface FitRecord extends RankRecord {
  readonly seconds: { readonly fit: number; readonly score: number }
}

/** In place of a scale where it is another fold's to set; nothing is drawn in it. */
export const noScale: ScoreRange = { low: 0, high: 1 }

/**
 * Writes the model and the curves of its training.
 *
 * @param range - Colour scale of the heat maps; null in the first fold, which sets it.
 * @returns The detector too, which the caller closes.
 * @throws {StatisticalError} Too few samples to fit on. @throws {CancelledError}
 */
export async function fitAndRank(
  plan: FitPlan,
  work: FoldWork,
  range: ScoreRange | null,
  task: Task,
): Promise<{ readonly detector: Detector; readonly fitted: FitRecord }> {
  const started = performance.now()
  const detector = await fitFold(plan, work, foldScratchFolder(work.out, plan.fold), task)
  try {
    const ready = performance.now()
    const inAll = range === null ? plan.threshold.length : null
    const ranked = joinRanked(await rankThreshold(detector, plan, work, inAll, task), range)
    await saveFoldModel(detector.save(), plan, work, ranked)
    await saveFoldCurves(detector, plan, work)
    const seconds = { fit: (ready - started) / 1000, score: (performance.now() - ready) / 1000 }
    return { detector, fitted: { ...ranked, seconds } }
  } catch (error) {
    await detector.close()
    throw error
  }
}

/**
 * Step 2 of the protocol, the same however often it is called.
 *
 * @param scratchFolder - Where an interrupted fit may go on from; null where it starts afresh.
 */
export function fitFold(
  plan: Pick<FoldPlan, 'fold' | 'train'>,
  {
    key,
    vision,
    machine,
    configured: { method, options },
    request: { seed },
  }: Pick<FoldWork, 'key' | 'vision' | 'machine' | 'configured' | 'request'>,
  scratchFolder: string | null,
  task: Task,
): Promise<Detector> {
  const random = createRandom(seed, 'fit', plan.fold)
  const scratch =
    scratchFolder === null ? null : openScratchFolder(scratchFolder, sha256(`${key} ${plan.fold}`), task)
  return method.fit({ samples: plan.train, vision, random, task, scratch, ...machine }, options)
}

/** Once the fold is whole. */
export const removeFoldScratch = ({ out }: FoldWork, fold: number): Promise<void> =>
  removeScratch(foldScratchFolder(out, fold))

/** @param files - As the detector saves itself. */
export async function saveFoldModel(
  files: ModelFiles,
  { fold, train }: Pick<FitPlan, 'fold' | 'train'>,
  { out, card, extras, request: { seed } }: Pick<FoldWork, 'out' | 'card' | 'extras' | 'request'>,
  { range: mapScale, regions }: Pick<RankRecord, 'range' | 'regions'>,
): Promise<void> {
  const { fingerprint, ...rest } = card
  const trained = { images: train.length, fingerprint, seed }
  await saveModel(
    foldModelFolder(out, fold),
    { ...rest, threshold: null, regions, evaluated: null, mapScale, trained, reference: null },
    files,
    { extras },
  )
}

export async function saveFoldCurves(
  { curves }: Pick<Detector, 'curves'>,
  { fold }: Pick<FitPlan, 'fold'>,
  { out }: Pick<FoldWork, 'out'>,
): Promise<void> {
  if (curves !== undefined) await writeFileAtomic(foldCurvesPath(out, fold), JSON.stringify(curves))
}

/**
 * Scores the threshold images; where they are those that train, each by a model that has not seen its part.
 *
 * @param inAll - Threshold images of the fold, of which these are the first; null where another fold sets the colour scale.
 */
export async function rankThreshold(
  detector: Detector,
  plan: FitPlan,
  work: Pick<FoldWork, 'vision' | 'configured' | 'machine' | 'key' | 'request'>,
  inAll: number | null,
  task: Task,
): Promise<readonly Ranked[]> {
  const label = `fold ${plan.fold + 1}/${work.request.folds}: threshold`
  const ranked: Ranked[] = []
  let from = 0
  const rank = async (by: Detector, samples: readonly Sample[]) => {
    const maps = inAll === null ? null : mapsToSample(inAll, from)
    ranked.push(await rankImages(by, work.vision, samples, maps, label, task))
    from += samples.length
  }
  const learnt = leaveOneOut(plan)
  if (learnt === null) await rank(detector, plan.threshold)
  else {
    for (const { left, others } of learnt) {
      const other = await fitFold({ fold: plan.fold, train: others }, work, null, task)
      try {
        await rank(other, left)
      } finally {
        await other.close()
      }
    }
  }
  return ranked
}

/**
 * Where the images that choose the threshold are those that train: each part, or image of unknown part, and all others. No image is then scored by a
 * model that has seen its part.
 *
 * @returns null where threshold images are images of their own. @throws {StatisticalError} One part only: nothing would be left.
 */
export function leaveOneOut({
  train,
  threshold,
}: Pick<FitPlan, 'train' | 'threshold'>):
  | readonly { readonly left: readonly Sample[]; readonly others: readonly Sample[] }[]
  | null {
  const trained = new Set(train.map(({ id }) => id))
  if (!threshold.some(({ id }) => trained.has(id))) return null
  const groups = groupBy(threshold, ({ part, id }) => (part === null ? `image:${id}` : `part:${part}`))
  if (groups.size < 2) {
    throw new StatisticalError(
      'The support shows a single part: none can be left out to choose a threshold. Take more --shots, or --threshold-from set.',
    )
  }
  return [...groups.values()].map((left) => {
    const ids = new Set(left.map(({ id }) => id))
    return { left, others: train.filter(({ id }) => !ids.has(id)) }
  })
}
