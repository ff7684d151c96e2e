/**
 * The steps of a fold of an evaluation: `fit`, `rank` and `judge`. What is done is what `work-fold.ts` does in one process; here is how it
 * is written down, and how it is read again on another machine.
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { Sample } from '../../../dataset/sample.ts'
import type { Detector } from '../../../detector/detector.ts'
import { createPixelMetrics } from '../../../evaluate/metrics/pixel/pixel-metrics.ts'
import { PixelTally } from '../../../evaluate/metrics/pixel/pixel-tally.ts'
import { encodeDefects, encodeOthers } from '../../../evaluate/metrics/pixel/tally-bytes.ts'
import { writeFileAtomic } from '../../../files/atomic.ts'
import type { Mask } from '../../../image/image.ts'
import type { Step } from '../../../work/step.ts'
import { fitFold, rankThreshold, saveFoldCurves } from '../../evaluate/fit-fold.ts'
import { type Judged, judgeImages } from '../../evaluate/judge-fold.ts'
import { type Ranked, rankImages, type SampledMaps } from '../../evaluate/rank-images.ts'
import { type FoldRecord, foldRecordSchema, foldScratchFolder } from '../../folder/fold-record.ts'
import type { ScoreRange } from '../../folder/heat-map-file.ts'
import type { Failure } from '../../open/open-samples.ts'
import { floatsFrom, floatsText } from '../floats.ts'
import { type MethodOrder, methodOf } from '../method-order.ts'
import type { SampleRef } from '../sample-ref.ts'
import { type Bench, samplesOf } from './bench.ts'
import { type LearntFrom, learningOf } from './gather-step.ts'
import { decodeMasks } from './mask-bytes.ts'
import { filesIn, modelFolder, tallyFiles } from './step-files.ts'

interface FoldOrder extends MethodOrder {
  readonly fold: number
}

export interface FitOrder extends FoldOrder {
  readonly seed: number
  /** The first fold sets the colour scale of all. */
  readonly isFirst: boolean
  readonly train: LearntFrom
  /** Images that choose the threshold, and how many they are in all: what is missing here are steps `rank`. */
  readonly threshold: readonly SampleRef[]
  readonly thresholds: number
}

export interface RankOrder extends FoldOrder {
  /** Step that fitted the model. */
  readonly fit: string
  readonly threshold: readonly SampleRef[]
  readonly maps: SampledMaps
}

export interface JudgeOrder extends FoldOrder {
  /** Step that fitted the model. */
  readonly fit: string
  /** Colour scale of the heat maps. */
  readonly range: ScoreRange
  readonly inference: readonly SampleRef[]
  /** Content with the masks of defects; null where these images have none. */
  readonly masks: string | null
  /** What is told of pixels: figures, where these are all images of the fold; what a step `pixels` joins; nothing without masks. */
  readonly pixels: 'figures' | 'counted' | null
}

const { threshold: scores, failures, pixel } = foldRecordSchema.shape

export const rankedSchema = z.strictObject({
  scores,
  failures,
  peaks: floatsText,
  sampled: z.strictObject({ nominal: floatsText, all: floatsText }),
  /** Seconds. */
  score: z.number(),
})
/** Of the images that were ranked at once; where they are left out one part after the other, of each part. */
export const fitValueSchema = z.strictObject({
  ranked: z.array(rankedSchema.omit({ score: true })),
  seconds: foldRecordSchema.shape.seconds,
})
export const judgeValueSchema = z.strictObject({ inference: scores, failures, pixel, score: z.number() })

export async function doFit(
  { order }: Step<FitOrder>,
  bench: Bench,
): Promise<z.infer<typeof fitValueSchema>> {
  const started = performance.now()
  const { configured, train } = await learningOf(order, await methodOf(order, bench), bench)
  const threshold = await samplesOf(order.threshold, order, bench)
  const { device, threads } = bench.made
  const plan = { fold: order.fold, train, threshold }
  const work = {
    ...{ key: bench.id, configured, machine: { device, threads }, vision: await bench.vision(order.look) },
    request: { seed: order.seed, folds: 1 },
  }
  const detector = await fitFold(plan, work, foldScratchFolder(bench.out, order.fold), bench.task)
  try {
    const ready = performance.now()
    const ranked = await rankThreshold(
      detector,
      plan,
      work,
      order.isFirst ? order.thresholds : null,
      bench.task,
    )
    for (const [name, bytes] of detector.save())
      await writeFileAtomic(join(bench.out, modelFolder, name), bytes)
    await saveFoldCurves(detector, plan, bench)
    return {
      ranked: ranked.map((one) => rankedFor(one, threshold)),
      seconds: { fit: (ready - started) / 1000, score: (performance.now() - ready) / 1000 },
    }
  } finally {
    await detector.close()
  }
}

export async function doRank(
  { order }: Step<RankOrder>,
  bench: Bench,
): Promise<z.infer<typeof rankedSchema>> {
  const started = performance.now()
  const detector = await fittedModel(order, bench)
  const samples = await samplesOf(order.threshold, order, bench)
  const vision = await bench.vision(order.look)
  const ranked = await rankImages(detector, vision, samples, order.maps, 'threshold', bench.task)
  return { ...rankedFor(ranked, samples), score: (performance.now() - started) / 1000 }
}

export async function doJudge(
  { order }: Step<JudgeOrder>,
  bench: Bench,
): Promise<Judged & Pick<FoldRecord, 'pixel'>> {
  const detector = await fittedModel(order, bench)
  const view = await bench.view(order.look)
  const masks =
    order.masks === null ? new Map<string, Mask>() : decodeMasks(await bench.blobs.get(order.masks))
  const plan = { fold: order.fold, inference: await samplesOf(order.inference, order, bench) }
  const work = {
    ...{ out: bench.out, vision: await bench.vision(order.look), interest: view?.interest ?? null },
    masks: { find: ({ id }: Pick<Sample, 'id'>) => masks.get(id) ?? null },
    request: { seed: 0, folds: 1 },
  }
  const tally = new PixelTally()
  const metrics = order.pixels === null ? null : createPixelMetrics(tally)
  const judged = await judgeImages(detector, plan, work, order.range, metrics, bench.task)
  if (order.pixels === 'counted') {
    await writeFileAtomic(join(bench.out, tallyFiles.defects), encodeDefects(tally))
    await writeFileAtomic(join(bench.out, tallyFiles.others), encodeOthers(tally))
  }
  const figures = order.pixels === 'figures' && metrics !== null ? metrics.figures() : null
  return { ...judged, failures: byId(judged.failures, plan.inference), pixel: figures }
}

/** Kept open between steps. */
const fittedModel = (order: RankOrder | JudgeOrder, bench: Bench): Promise<Detector> =>
  bench.model(order.fit, async () => {
    const { method } = await methodOf(order, bench)
    const files = new Map<string, Uint8Array>()
    for (const [name, { sha256 }] of await filesIn(order.fit, modelFolder, bench))
      files.set(name, await bench.blobs.get(sha256))
    const { device, threads } = bench.made
    return method.load(files, { device, threads })
  })

const rankedFor = (
  { peaks, sampled, failures, ...ranked }: Ranked,
  samples: readonly Sample[],
): z.infer<typeof fitValueSchema>['ranked'][number] => ({
  ...ranked,
  failures: [...byId(failures, samples)],
  peaks: floatsFrom(Float32Array.from(peaks)),
  sampled: { nominal: floatsFrom(sampled.nominal), all: floatsFrom(sampled.all) },
})

/** Failures by the ids of images, where a file of this machine stood for one. */
function byId(failures: readonly Failure[], samples: readonly Sample[]): readonly Failure[] {
  const ids = new Map(samples.map(({ id, path }) => [path, id]))
  return failures.map(({ path, reason }) => ({ path: ids.get(path) ?? path, reason }))
}
