/** The second step of a fold: score the inference images, draw their heat maps, count pixels. */
import { join } from 'node:path'
import type { Sample } from '../../dataset/sample.ts'
import type { Detector } from '../../detector/detector.ts'
import { createPixelMetrics, type PixelMetrics } from '../../evaluate/metrics/pixel/pixel-metrics.ts'
import type { FoldPlan } from '../../evaluate/split.ts'
import { prepareMask } from '../../image/prepare-mask.ts'
import type { RegionOfInterest } from '../../image/region-of-interest.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import type { Inspection } from '../../inspect/inspector.ts'
import type { Task } from '../../task.ts'
import type { FoldRecord } from '../folder/fold-record.ts'
import { heatMapPath, type ScoreRange, writeHeatMap } from '../folder/heat-map-file.ts'
import type { MaskStore } from '../open/mask-store.ts'
import type { Failure } from '../open/open-samples.ts'
import type { FoldWork } from './fit-fold.ts'
import type { OpenEvaluation } from './open-evaluation.ts'
import { type Scores, scoreAll } from './score-all.ts'

export interface JudgeWork extends FoldWork, Pick<OpenEvaluation, 'interest'> {
  readonly masks: Pick<MaskStore, 'find'>
}

/** What images are shown to, and by what their pixels are counted. */
export type ShownWork = Pick<JudgeWork, 'out' | 'vision' | 'masks' | 'interest' | 'request'>

/** Of a plan, what judging needs. */
export type JudgePlan = Pick<FoldPlan, 'fold' | 'inference'>

/** What judging tells of some images of a fold. */
export interface Judged {
  readonly inference: Scores
  readonly failures: readonly Failure[]
  /** Seconds. */
  readonly score: number
}

export interface JudgeRecord extends Judged {
  readonly pixel: FoldRecord['pixel']
}

/** Whether any image has a mask that pixels can be counted by. */
export const hasMasks = ({ inference }: JudgePlan, { masks }: Pick<JudgeWork, 'masks'>): boolean =>
  inference.some((sample) => masks.find(sample) !== null)

/** Writes a heat map an image. @param range - Their colour scale. @throws {CancelledError} */
export async function judgeFold(
  detector: Detector,
  plan: JudgePlan,
  work: JudgeWork,
  range: ScoreRange,
  task: Task,
): Promise<JudgeRecord> {
  const started = performance.now()
  const pixel = hasMasks(plan, work) ? createPixelMetrics() : null
  const judged = await judgeImages(detector, plan, work, range, pixel, task)
  const figures = pixel === null ? null : pixel.figures()
  return { ...judged, pixel: figures, score: (performance.now() - started) / 1000 }
}

/** Of all images of a fold, or of a shard of them. @param pixel - Where their pixels are counted; null where no image has a mask. */
export async function judgeImages(
  detector: Detector,
  plan: JudgePlan,
  { out, vision, masks, interest, request: { folds } }: ShownWork,
  range: ScoreRange,
  pixel: PixelMetrics | null,
  task: Task,
): Promise<Judged> {
  const started = performance.now()
  const inspector = createInspector({ detector, vision, operating: null })
  const folder = join(out, 'maps', `fold-${plan.fold}`)
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
    if (pixel !== null) countPixels(pixel, sample, value, map.data, masks, interest)
  }).finally(() => Promise.allSettled(writing))
  await Promise.all(writing)
  return {
    inference: scored.scores,
    failures: scored.failures,
    score: (performance.now() - started) / 1000,
  }
}

function countPixels(
  pixel: PixelMetrics,
  sample: Sample,
  { frame }: Inspection,
  scores: Float32Array,
  masks: JudgeWork['masks'],
  interest: RegionOfInterest | null,
): void {
  const mask = masks.find(sample)
  const counted = interest && prepareMask(interest.mask, frame).data
  if (sample.label === 'nominal') pixel.add(scores, null, frame.size, frame.content, counted)
  else if (mask !== null) pixel.add(scores, mask.data, frame.size, frame.content, counted)
}
