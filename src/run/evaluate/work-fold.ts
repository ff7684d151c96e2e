/** Steps 2 to 4 for one fold as far as they need pictures: fit, score both roles, heat maps, pixel figures. */
import { join } from 'node:path'
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Detector } from '../../detector/detector.ts'
import { saveModel } from '../../detector/model-folder.ts'
import { openScratchFolder, removeScratch } from '../../detector/scratch-folder.ts'
import { createPixelMetrics, type PixelMetrics } from '../../evaluate/metrics/pixel/pixel-metrics.ts'
import type { FoldPlan } from '../../evaluate/split.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import type { Inspection, Inspector } from '../../inspect/inspector.ts'
import { peakOf, regionLevel } from '../../inspect/regions.ts'
import { createRandom } from '../../math/random.ts'
import type { Task } from '../../task.ts'
import type { ModelCard } from '../../wire/model.ts'
import {
  type FoldRecord,
  findFoldRecord,
  foldCurvesPath,
  foldModelFolder,
  foldScratchFolder,
  writeFoldRecord,
} from '../folder/fold-record.ts'
import { heatMapPath, type ScoreRange, writeHeatMap } from '../folder/heat-map-file.ts'
import { createRangeSampler } from '../folder/map-range.ts'
import type { MaskStore } from '../open/mask-store.ts'
import type { Failure } from '../open/open-samples.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

/** What a fold needs of the evaluation. */
export type FoldWork = Pick<OpenEvaluation, 'out' | 'key' | 'configured' | 'machine' | 'masks' | 'card'> & {
  readonly vision: Vision
  readonly request: Pick<OpenEvaluation['request'], 'seed' | 'folds'>
}

/** Threshold images whose maps set the colour scale. */
const sampledMaps = 80

/** One after the other; the first sets the colour scale of all. @throws as {@link workFold}. */
export async function workFolds(
  plans: readonly FoldPlan[],
  work: FoldWork,
  task: Task,
): Promise<readonly FoldRecord[]> {
  const records: FoldRecord[] = []
  const counted = { ...work, request: { ...work.request, folds: plans.length } }
  for (const plan of plans) records.push(await workFold(plan, counted, records[0]?.range ?? null, task))
  return records
}

/** Of the heat maps of all folds. */
export const colourScale = ([first]: readonly FoldRecord[]): ScoreRange => first?.range ?? { low: 0, high: 1 }

/**
 * @param range - Colour scale of the heat maps; null in the first fold, which sets it.
 * @throws {StatisticalError} Too few samples to fit on. @throws {CancelledError} What is finished stays.
 */
export async function workFold(
  plan: FoldPlan,
  work: FoldWork,
  range: ScoreRange | null,
  task: Task,
): Promise<FoldRecord> {
  const { out, key, vision } = work
  const found = await findFoldRecord(out, plan.fold, key)
  if (found !== undefined) return found
  const started = performance.now()
  const scratchFolder = foldScratchFolder(out, plan.fold)
  const detector = await fitFold(plan, work, scratchFolder, task)
  const inspector = createInspector({ detector, vision, operating: null, close: () => detector.close() })
  try {
    const fitted = performance.now()
    const threshold = await scoreThreshold(inspector, plan, work, range, task)
    const inference = await scoreInference(inspector, plan, work, threshold.range, task)
    const scored = performance.now()
    await saveFoldModel(detector, plan, work, threshold)
    if (detector.curves !== undefined) {
      await writeFileAtomic(foldCurvesPath(out, plan.fold), JSON.stringify(detector.curves))
    }
    const record: FoldRecord = {
      key,
      threshold: threshold.scores,
      inference: inference.scores,
      failures: [...threshold.failures, ...inference.failures],
      pixel: inference.pixel,
      range: threshold.range,
      seconds: { fit: (fitted - started) / 1000, score: (scored - fitted) / 1000 },
    }
    await writeFoldRecord(out, plan.fold, record)
    await removeScratch(scratchFolder)
    return record
  } finally {
    await inspector.close()
  }
}

/**
 * Step 2, the same however often it is called.
 *
 * @param scratchFolder - Where an interrupted fit may go on from.
 */
export function fitFold(
  plan: FoldPlan,
  { key, vision, machine, configured: { method, options }, request: { seed } }: FoldWork,
  scratchFolder: string,
  task: Task,
): Promise<Detector> {
  const random = createRandom(seed, 'fit', plan.fold)
  const scratch = openScratchFolder(scratchFolder, sha256(`${key} ${plan.fold}`), task)
  return method.fit({ samples: plan.train, vision, random, task, scratch, ...machine }, options)
}

async function saveFoldModel(
  detector: Detector,
  plan: FoldPlan,
  { out, card, request: { seed } }: FoldWork,
  { range: mapScale, regions }: Pick<ScoredThreshold, 'range' | 'regions'>,
): Promise<void> {
  const { fingerprint, ...rest } = card
  const trained = { images: plan.counts.train, fingerprint, seed }
  await saveModel(
    foldModelFolder(out, plan.fold),
    { ...rest, threshold: null, regions, evaluated: null, mapScale, trained },
    detector.save(),
  )
}

type Scores = [id: string, score: number][]

interface ScoredThreshold {
  readonly scores: Scores
  readonly failures: Failure[]
  readonly range: ScoreRange
  readonly regions: ModelCard['regions']
}

async function scoreThreshold(
  inspector: Inspector,
  plan: FoldPlan,
  { request: { folds } }: FoldWork,
  range: ScoreRange | null,
  task: Task,
): Promise<ScoredThreshold> {
  const nominalPeaks: number[] = []
  const sampler = createRangeSampler()
  const stride = Math.max(1, Math.ceil(plan.threshold.length / sampledMaps))
  let i = 0
  const label = `fold ${plan.fold + 1}/${folds}: threshold`
  const scored = await scoreAll(inspector, plan.threshold, label, task, (sample, value) => {
    const isNominal = sample.label === 'nominal'
    const isSampled = range === null && i++ % stride === 0
    if (!isNominal && !isSampled) return
    const map = value.map()
    if (isSampled) sampler.add(map, value.frame, isNominal)
    if (isNominal) nominalPeaks.push(peakOf(map, value.frame))
  })
  return { ...scored, range: range ?? sampler.range(), regions: regionLevel(nominalPeaks) }
}

async function scoreInference(
  inspector: Inspector,
  plan: FoldPlan,
  { out, masks, request: { folds } }: FoldWork,
  range: ScoreRange,
  task: Task,
): Promise<{ scores: Scores; failures: Failure[]; pixel: FoldRecord['pixel'] }> {
  const folder = join(out, 'maps', `fold-${plan.fold}`)
  const pixel = createPixelMetrics()
  const hasMasks = plan.inference.some((sample) => masks.find(sample) !== null)
  const writing = new Set<Promise<void>>()
  const label = `fold ${plan.fold + 1}/${folds}: inference`
  const scored = await scoreAll(inspector, plan.inference, label, task, async (sample, value) => {
    const map = value.map()
    const write = writeHeatMap(heatMapPath(folder, sample.id), map, value.frame, range)
    writing.add(write)
    write.then(
      () => writing.delete(write),
      () => {}, // thrown where it is awaited
    )
    if (writing.size >= 8) await Promise.race(writing)
    if (hasMasks) countPixels(pixel, sample, value, map.data, masks)
  }).finally(() => Promise.allSettled(writing))
  await Promise.all(writing)
  return { ...scored, pixel: hasMasks ? pixel.figures() : null }
}

function countPixels(
  pixel: PixelMetrics,
  sample: Sample,
  { frame }: Inspection,
  scores: Float32Array,
  masks: MaskStore,
): void {
  const mask = masks.find(sample)
  if (sample.label === 'nominal') pixel.add(scores, null, frame.size, frame.content)
  else if (mask !== null) pixel.add(scores, mask.data, frame.size, frame.content)
}

async function scoreAll(
  inspector: Inspector,
  samples: readonly Sample[],
  label: string,
  task: Task,
  each: (sample: Sample, value: Inspection) => void | Promise<void>,
): Promise<{ scores: Scores; failures: Failure[] }> {
  const scores: Scores = []
  const failures: Failure[] = []
  const progress = task.progress(label, 'images')
  try {
    let i = 0
    for await (const outcome of inspector.inspectMany(samples, { task })) {
      const sample = samples[i++]!
      if (outcome.ok) {
        scores.push([sample.id, outcome.value.score])
        await each(sample, outcome.value)
      } else failures.push({ path: outcome.path, reason: outcome.error })
      progress.update(i, samples.length)
    }
  } finally {
    progress.end()
  }
  return { scores, failures }
}
