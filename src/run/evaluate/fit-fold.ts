/** The first step of a fold: fit, score the threshold images, keep the model. */
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Detector } from '../../detector/detector.ts'
import { saveModel } from '../../detector/model-folder.ts'
import { openScratchFolder, removeScratch } from '../../detector/scratch-folder.ts'
import { StatisticalError } from '../../errors.ts'
import type { FoldPlan } from '../../evaluate/split.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import { peakOf, regionLevel } from '../../inspect/regions.ts'
import { groupBy } from '../../math/group-by.ts'
import { createRandom } from '../../math/random.ts'
import type { Task } from '../../task.ts'
import type { ModelCard } from '../../wire/model.ts'
import { foldCurvesPath, foldModelFolder, foldScratchFolder } from '../folder/fold-record.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import { createRangeSampler } from '../folder/map-range.ts'
import type { Failure } from '../open/open-samples.ts'
import type { OpenEvaluation } from './open-evaluation.ts'
import { type Scores, scoreAll } from './score-all.ts'

/** What the steps of a fold need of the evaluation. */
export type FoldWork = Pick<OpenEvaluation, 'out' | 'key' | 'configured' | 'machine' | 'card' | 'extras'> & {
  readonly vision: Vision
  readonly request: Pick<OpenEvaluation['request'], 'seed' | 'folds'>
}

/** Of a plan, what fitting needs. */
export type FitPlan = Pick<FoldPlan, 'fold' | 'train' | 'threshold'> & {
  /** Images it learns from, where what is needed of them was gathered before; absent for those of `train`. */
  readonly gathered?: number
}

/** What is known of a fold once it has been fitted. */
export interface FitRecord {
  readonly threshold: Scores
  readonly failures: readonly Failure[]
  /** Colour scale of the heat maps. */
  readonly range: ScoreRange
  readonly regions: ModelCard['regions']
  readonly seconds: { readonly fit: number; readonly score: number }
}

/** In place of a scale where it is another fold's to set; nothing is drawn in it. */
export const noScale: ScoreRange = { low: 0, high: 1 }

/** Threshold images whose maps set the colour scale. */
const sampledMaps = 80

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
    const ranked = await rankThreshold(detector, plan, work, range, task)
    await saveFoldModel(detector, plan, work, ranked)
    if (detector.curves !== undefined) {
      await writeFileAtomic(foldCurvesPath(work.out, plan.fold), JSON.stringify(detector.curves))
    }
    const { scores, ...rest } = ranked
    const seconds = { fit: (ready - started) / 1000, score: (performance.now() - ready) / 1000 }
    return { detector, fitted: { threshold: scores, ...rest, seconds } }
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
  }: Omit<FoldWork, 'out' | 'card'>,
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

async function saveFoldModel(
  detector: Detector,
  { fold, train, gathered }: FitPlan,
  { out, card, extras, request: { seed } }: FoldWork,
  { range: mapScale, regions }: Pick<FitRecord, 'range' | 'regions'>,
): Promise<void> {
  const { fingerprint, ...rest } = card
  const trained = { images: gathered ?? train.length, fingerprint, seed }
  await saveModel(
    foldModelFolder(out, fold),
    { ...rest, threshold: null, regions, evaluated: null, mapScale, trained, reference: null },
    detector.save(),
    { extras },
  )
}

async function rankThreshold(
  detector: Detector,
  plan: FitPlan,
  work: FoldWork,
  range: ScoreRange | null,
  task: Task,
): Promise<{ scores: Scores; failures: Failure[] } & Pick<FitRecord, 'range' | 'regions'>> {
  const nominalPeaks: number[] = []
  const sampler = createRangeSampler()
  const stride = Math.max(1, Math.ceil(plan.threshold.length / sampledMaps))
  let i = 0
  const scores: Scores = []
  const failures: Failure[] = []
  const rank = async (by: Detector, samples: readonly Sample[], label: string) => {
    const inspector = createInspector({ detector: by, vision: work.vision, operating: null })
    const scored = await scoreAll(inspector, samples, label, task, (sample, value) => {
      const isNominal = sample.label === 'nominal'
      const isSampled = range === null && i++ % stride === 0
      if (!isNominal && !isSampled) return
      const map = value.map()
      if (isSampled) sampler.add(map, value.frame, isNominal)
      if (isNominal) nominalPeaks.push(peakOf(map, value.frame))
    })
    scores.push(...scored.scores)
    failures.push(...scored.failures)
  }
  const label = `fold ${plan.fold + 1}/${work.request.folds}: threshold`
  const learnt = leaveOneOut(plan)
  if (learnt === null) await rank(detector, plan.threshold, label)
  else {
    for (const { left, others } of learnt) {
      const other = await fitFold({ fold: plan.fold, train: others }, work, null, task)
      try {
        await rank(other, left, label)
      } finally {
        await other.close()
      }
    }
  }
  return { scores, failures, range: range ?? sampler.range(), regions: regionLevel(nominalPeaks) }
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
