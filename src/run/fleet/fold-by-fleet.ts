/** One fold of an evaluation on many workers: fitted by one of them, its images scored by all, a shard each, and joined here in their order. */
import { join } from 'node:path'
import type { Sample } from '../../dataset/sample.ts'
import type { FoldPlan } from '../../evaluate/split.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import type { Mask } from '../../image/image.ts'
import { mustGet } from '../../present.ts'
import { mapConcurrent } from '../../task.ts'
import type { JobFailure } from '../../work/engine.ts'
import { type Step, stepId } from '../../work/step.ts'
import { readResultFile } from '../../work/step-result.ts'
import { putBlob } from '../../work/store.ts'
import { type FitRecord, leaveOneOut, noScale, saveFoldModel } from '../evaluate/fit-fold.ts'
import { hasMasks, type Judged, type JudgeRecord } from '../evaluate/judge-fold.ts'
import { joinRanked, mapsToSample, type Ranked } from '../evaluate/rank-images.ts'
import type { FoldWork } from '../evaluate/work-fold.ts'
import { foldRecordSchema } from '../folder/fold-record.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import type { Failure } from '../open/open-samples.ts'
import type { Crew } from './crew.ts'
import type { Together } from './first-failure.ts'
import { type Fleet, StepFailure } from './fleet.ts'
import { floatsOf } from './floats.ts'
import { inHalves } from './in-halves.ts'
import { checkInside } from './inside.ts'
import type { Learning } from './learn-by-fleet.ts'
import type { MethodOrder } from './method-order.ts'
import type { SampleRef } from './sample-ref.ts'
import { scoredSize, shardsOf } from './shard-sizes.ts'
import {
  type FitOrder,
  fitValueSchema,
  type JudgeOrder,
  judgeValueSchema,
  type RankOrder,
  rankedSchema,
} from './steps/fold-steps.ts'
import { encodeMasks } from './steps/mask-bytes.ts'
import type { PixelsOrder } from './steps/pixels-step.ts'
import { filesBelow, modelFolder, type WithFiles } from './steps/step-files.ts'

export interface FoldTools extends Pick<Crew, 'fleet'> {
  readonly method: MethodOrder
  readonly seed: number
  readonly together: Together
  /** Images as steps name them. */
  refsOf(samples: readonly Sample[]): readonly SampleRef[]
  /** Failures that name images by their ids, by their files. */
  named(failures: readonly Failure[]): Failure[]
}

/** What a fit is given beside its plan. */
export interface FitAsk {
  /** For people: `fold 1/5`. */
  readonly label: string
  /** Sets the colour scale of all. */
  readonly isFirst: boolean
  readonly learning: Learning
}

export interface FoldFit extends WithFiles {
  /** The step that fitted the model. */
  readonly id: string
  /** The scale has no meaning but in the first fold. */
  readonly fitted: FitRecord
}

/** Shards of a fold that are in the queue at a time. */
const queuedTogether = 128

/** Seconds that it took. */
type Timed<T> = T & { readonly score: number }

/** @throws As a fleet. */
export async function fitByFleet(
  plan: FoldPlan,
  { label, isFirst, learning }: FitAsk,
  tools: FoldTools,
): Promise<FoldFit> {
  const { fleet, method, seed, together, refsOf, named } = tools
  const { fold, threshold } = plan
  const isShared = leaveOneOut(plan) === null
  const [own = [], ...others] = isShared ? shardsOf(threshold, scoredSize) : [threshold]
  const stepOf = (scored: readonly Sample[]): Step<FitOrder> => {
    const images = { train: learning.from, threshold: refsOf(scored), thresholds: threshold.length }
    return { kind: 'fit', made: fleet.made, order: { ...method, fold, seed, isFirst, ...images } }
  }
  const send = (fitting: Step<FitOrder>) => fleet.do(fitting, `${label}: fit`)
  let [step, shards] = [stepOf(own), others]
  await together.of(learning.ready())
  const result = await together.of(
    send(step).catch((error: unknown) => {
      if (!(error instanceof StepFailure) || error.failure.kind !== 'crash' || !isShared) throw error
      // One of the images may be to blame that it scores: they are scored by themselves, where it is found.
      step = stepOf([])
      shards = [own, ...others]
      return send(step)
    }),
  )
  const { ranked, seconds } = fitValueSchema.parse(result.value)
  const id = stepId(step)
  const placeOf = new Map(threshold.map((sample, i) => [sample, i]))
  const rank = async (shard: readonly Sample[], words: string, tries: number): Promise<Timed<Ranked>> => {
    const [first] = shard
    const from = first === undefined ? 0 : mustGet(placeOf, first)
    const maps = isFirst ? mapsToSample(threshold.length, from) : null
    const order: RankOrder = { ...method, fold, fit: id, threshold: refsOf(shard), maps }
    const { value } = await fleet.do({ kind: 'rank', made: fleet.made, order }, words, tries)
    const { score, ...read } = rankedSchema.parse(value)
    return { ...rankedOf(read), score }
  }
  const lost = (sample: Sample, failure: JobFailure): Timed<Ranked> => ({
    ...{ scores: [], failures: [lostImage(sample, failure)], peaks: [], score: 0 },
    sampled: { nominal: new Float32Array(), all: new Float32Array() },
  })
  const words = (i: number): string => `${label}: threshold ${i + 1}/${shards.length}`
  const more: Timed<Ranked>[] = []
  const ranking = mapConcurrent(shards, queuedTogether, (shard, i) =>
    together.of(inHalves(shard, words(i), { work: rank, lost })),
  )
  for await (const some of ranking) more.push(...some)
  const joined = joinRanked([...ranked.map(rankedOf), ...more], isFirst ? null : noScale)
  const score = more.reduce((sum, each) => sum + each.score, seconds.score)
  return {
    id,
    files: result.files,
    fitted: { ...joined, failures: named(joined.failures), seconds: { fit: seconds.fit, score } },
  }
}

/** Heat maps are in the folder of the run as soon as their shard is judged. @throws As a fleet. */
export async function judgeByFleet(
  plan: FoldPlan,
  label: string,
  fit: string,
  range: ScoreRange,
  work: Pick<FoldWork, 'out' | 'masks'>,
  tools: FoldTools,
): Promise<JudgeRecord> {
  const { fleet, method, together, refsOf, named } = tools
  const { fold, inference } = plan
  const isCounted = hasMasks(plan, work)
  const judge = async (shard: readonly Sample[], words: string, tries: number): Promise<JudgedShard> => {
    const masks = masksOf(shard, work)
    const order: JudgeOrder = {
      ...{ ...method, fold, fit, range, inference: refsOf(shard) },
      masks: masks.size === 0 ? null : await putBlob(fleet.store, encodeMasks(masks)),
      pixels: !isCounted ? null : shard.length === inference.length ? 'figures' : 'counted',
    }
    const step: Step<JudgeOrder> = { kind: 'judge', made: fleet.made, order }
    const result = await fleet.do(step, words, tries)
    await placeFiles('maps', result, work.out, fleet)
    return { id: stepId(step), ...judgeValueSchema.parse(result.value) }
  }
  const lost = (sample: Sample, failure: JobFailure): JudgedShard => ({
    ...{ id: null, inference: [], failures: [lostImage(sample, failure)], pixel: null, score: 0 },
  })
  const shards = shardsOf(inference, scoredSize)
  const words = (i: number): string =>
    `${label}: judge${shards.length > 1 ? ` ${i + 1}/${shards.length}` : ''}`
  const judged: JudgedShard[] = []
  const judging = mapConcurrent(shards, queuedTogether, (shard, i) =>
    together.of(inHalves(shard, words(i), { work: judge, lost })),
  )
  for await (const some of judging) judged.push(...some)
  return {
    inference: judged.flatMap((each) => each.inference),
    failures: named(judged.flatMap(({ failures }) => failures)),
    pixel: isCounted ? await together.of(pixelsOf(judged, label, fleet)) : null,
    score: judged.reduce((sum, { score }) => sum + score, 0),
  }
}

/** Model and curves into the folder of the run, as a fold in one process leaves them. @throws {InputError} A file. */
export async function placeFit(
  plan: FoldPlan,
  { files }: WithFiles,
  fitted: FitRecord,
  work: FoldWork,
  fleet: Fleet,
): Promise<void> {
  const model = new Map<string, Uint8Array>()
  for (const [name, file] of filesBelow(modelFolder, { files }))
    model.set(checkInside(name, fleet.store.place), await readResultFile(fleet.store, file))
  await saveFoldModel(model, plan, work, fitted)
  await placeFiles('curves', { files }, work.out, fleet)
}

/** The step is null of an image that no worker survives. */
interface JudgedShard extends Judged, Pick<JudgeRecord, 'pixel'> {
  readonly id: string | null
}

async function pixelsOf(
  judged: readonly JudgedShard[],
  label: string,
  fleet: Fleet,
): Promise<JudgeRecord['pixel']> {
  const [only, second] = judged
  if (only !== undefined && second === undefined) return only.pixel
  const order: PixelsOrder = { judged: judged.flatMap(({ id }) => id ?? []) }
  const { value } = await fleet.do({ kind: 'pixels', made: fleet.made, order }, `${label}: pixels`)
  return foldRecordSchema.shape.pixel.parse(value)
}

const rankedOf = ({
  peaks,
  sampled,
  ...ranked
}: Omit<ReturnType<typeof rankedSchema.parse>, 'score'>): Ranked => ({
  ...ranked,
  peaks: [...floatsOf(peaks)],
  sampled: { nominal: floatsOf(sampled.nominal), all: floatsOf(sampled.all) },
})

const lostImage = ({ id }: Sample, { message }: JobFailure): Failure => ({
  path: id,
  reason: `no worker survives scoring it: ${message}`,
})

function masksOf(samples: readonly Sample[], { masks }: Pick<FoldWork, 'masks'>): ReadonlyMap<string, Mask> {
  const found = new Map<string, Mask>()
  for (const sample of samples) {
    const mask = sample.label === 'anomalous' ? masks.find(sample) : null
    if (mask !== null) found.set(sample.id, mask)
  }
  return found
}

/** Those of one folder of the run. @throws {InputError} A content is gone from the store, or a file cannot be written. */
async function placeFiles(
  folder: string,
  { files }: WithFiles,
  out: string,
  { store }: Fleet,
): Promise<void> {
  const placed = mapConcurrent(filesBelow(folder, { files }).values(), 8, async (file) => {
    const bytes = await readResultFile(store, file)
    await writeFileAtomic(join(out, checkInside(file.path, store.place)), bytes)
  })
  for await (const _ of placed) {
    // each is done when it is taken
  }
}
