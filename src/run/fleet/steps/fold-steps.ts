/**
 * The steps `fit` and `judge`: a fold of an evaluation. What is done is what `work-fold.ts` does in one process; here is how it is
 * written down, and how it is read again on another machine.
 */
import { z } from 'zod'
import type { Sample } from '../../../dataset/sample.ts'
import type { ConfiguredMethod } from '../../../detector/methods.ts'
import type { Mask } from '../../../image/image.ts'
import { packMask, unpackMask } from '../../../image/packed-mask.ts'
import { modelSchema } from '../../../wire/model.ts'
import type { Step } from '../../../work/step.ts'
import { type FitPlan, type FitRecord, type FoldWork, fitAndRank, noScale } from '../../evaluate/fit-fold.ts'
import { type JudgeRecord, judgeFold } from '../../evaluate/judge-fold.ts'
import { foldModelFolder, foldRecordSchema } from '../../folder/fold-record.ts'
import type { RunCard } from '../../open/open-run.ts'
import type { Failure } from '../../open/open-samples.ts'
import { type MethodOrder, methodOf } from '../method-order.ts'
import type { SampleRef } from '../sample-ref.ts'
import { type Bench, samplesOf } from './bench.ts'
import { type LearntFrom, learningOf } from './gather-step.ts'
import { earlierResult } from './read-step.ts'

interface FoldOrder extends MethodOrder {
  /** As the card says it, but for paths. */
  readonly input: RunCard['input']
  readonly pixels: RunCard['pixels'] | null
  /** Of the dataset. */
  readonly fingerprint: string
  readonly preparation: RunCard['preparation']
  /** Contents that go into the model, by name. */
  readonly extras: Readonly<Record<string, string>>
  readonly seed: number
  readonly fold: number
}

export interface FitOrder extends FoldOrder {
  /** The first fold sets the colour scale of all. */
  readonly isFirst: boolean
  readonly train: LearntFrom
  readonly threshold: readonly SampleRef[]
}

export interface JudgeOrder extends FoldOrder {
  /** Step that fitted the model. */
  readonly fit: string
  /** Step that set the colour scale: that of the first fold. */
  readonly scale: string
  readonly inference: readonly SampleRef[]
  /** Content with the masks of defects; null where there are none. */
  readonly masks: string | null
}

const { threshold, failures, pixel, range, seconds } = foldRecordSchema.shape

export const fitValueSchema = z.strictObject({
  threshold,
  failures,
  range,
  regions: modelSchema.shape.regions,
  seconds,
})
export const judgeValueSchema = z.strictObject({
  inference: threshold,
  failures,
  pixel,
  score: z.number(),
})

export async function doFit({ order }: Step<FitOrder>, bench: Bench): Promise<FitRecord> {
  const { work } = await foldWork(order, bench)
  const { configured, ...learnt } = await learningOf(order, work.configured, bench)
  const plan: FitPlan = {
    ...{ fold: order.fold, ...learnt },
    threshold: await samplesOf(order.threshold, order, bench),
  }
  const range = order.isFirst ? null : noScale
  const { detector, fitted } = await fitAndRank(plan, { ...work, configured }, range, bench.task)
  await detector.close()
  return { ...fitted, failures: byId(fitted.failures, plan.threshold) }
}

export async function doJudge({ order }: Step<JudgeOrder>, bench: Bench): Promise<JudgeRecord> {
  const { work, configured } = await foldWork(order, bench)
  const fitted = await earlierResult(bench.store, order.fit)
  const { range } = fitValueSchema.parse((await earlierResult(bench.store, order.scale)).value)
  const folder = foldModelFolder('', order.fold)
  const files = new Map<string, Uint8Array>()
  for (const { path, sha256 } of fitted.files) {
    const [, name] = path.startsWith(`${folder}/`) ? [folder, path.slice(folder.length + 1)] : []
    if (name !== undefined && name !== 'model.json') files.set(name, await bench.blobs.get(sha256))
  }
  const detector = await configured.method.load(files, work.machine)
  const view = await bench.view(order.look)
  try {
    const masks =
      order.masks === null ? new Map<string, Mask>() : decodeMasks(await bench.blobs.get(order.masks))
    const find = ({ id }: { id: string }) => masks.get(id) ?? null
    const plan = { fold: order.fold, inference: await samplesOf(order.inference, order, bench) }
    const judging = { ...work, masks: { find }, interest: view?.interest ?? null }
    const judged = await judgeFold(detector, plan, judging, range, bench.task)
    return { ...judged, failures: byId(judged.failures, plan.inference) }
  } finally {
    await detector.close()
  }
}

/** Failures by the ids of images, where a file of this machine stood for one. */
function byId(failures: readonly Failure[], samples: readonly Sample[]): readonly Failure[] {
  const ids = new Map(samples.map(({ id, path }) => [path, id]))
  return failures.map(({ path, reason }) => ({ path: ids.get(path) ?? path, reason }))
}

async function foldWork(
  order: FoldOrder,
  bench: Bench,
): Promise<{ work: FoldWork; configured: ConfiguredMethod }> {
  const { look, detector, input, pixels, fingerprint, preparation, extras, seed } = order
  const configured = await methodOf(order, bench)
  const { device, threads, plumbline } = bench.made
  const files = new Map<string, Uint8Array>()
  for (const [name, hash] of Object.entries(extras)) files.set(name, await bench.blobs.get(hash))
  return {
    configured,
    work: {
      extras: files,
      out: bench.out,
      key: bench.id,
      configured,
      machine: { device, threads },
      vision: await bench.vision(look),
      request: { seed, folds: 1 },
      card: {
        plumbline,
        // The submitter says when, and for which run: the same model may serve several.
        createdAt: '1970-01-01T00:00:00.000Z',
        detector,
        backbone: look.backbone,
        input,
        ...(pixels && { pixels }),
        fingerprint,
        preparation,
      },
    },
  }
}

/** Masks at the model's size, a bit a pixel. */
export function encodeMasks(masks: ReadonlyMap<string, Mask>): Uint8Array {
  const rows = [...masks].map(([id, mask]) => {
    const { bits, ...size } = packMask(mask)
    return { id, ...size, bits: Buffer.from(bits).toString('base64') }
  })
  return new TextEncoder().encode(JSON.stringify(rows))
}

const masksSchema = z.array(
  z.strictObject({ id: z.string(), width: z.number(), height: z.number(), bits: z.base64() }),
)

function decodeMasks(bytes: Uint8Array): Map<string, Mask> {
  const rows = masksSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  return new Map(
    rows.map(({ id, bits, ...size }) => [id, unpackMask({ ...size, bits: Buffer.from(bits, 'base64') })]),
  )
}
