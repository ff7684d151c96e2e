/** The step `gather`: one look at a shard of images for every fit that learns from some of them; and fits that build on such steps. */
import { join } from 'node:path'
import type { Sample } from '../../../dataset/sample.ts'
import type { DetectorMethod, GatheredShard, SharedFit } from '../../../detector/detector.ts'
import type { ConfiguredMethod } from '../../../detector/methods.ts'
import { UsageError } from '../../../errors.ts'
import { writeFileAtomic } from '../../../files/atomic.ts'
import { createRandom } from '../../../math/random.ts'
import { present } from '../../../present.ts'
import type { Step } from '../../../work/step.ts'
import { type MethodOrder, methodOf } from '../method-order.ts'
import type { SampleRef } from '../sample-ref.ts'
import { type Bench, samplesOf } from './bench.ts'
import { earlierResult, readStep } from './read-step.ts'

export interface GatherOrder extends MethodOrder {
  readonly seed: number
  readonly fits: readonly {
    /** Names of the stream of random numbers that the fit draws from. */
    readonly stream: readonly (string | number)[]
    /** Images it learns from in all. */
    readonly images: number
    /** As `GatheringFit` says, of the images of this shard. */
    readonly places: readonly number[]
  }[]
  readonly images: readonly SampleRef[]
}

/** Images that a fit learns from: themselves, or what was gathered of them before. */
export type LearntFrom = readonly SampleRef[] | GatheredBefore

export interface GatheredBefore {
  readonly images: number
  /** Steps `gather`, all of which are done. */
  readonly steps: readonly string[]
  /** Which of the fits of those steps it is. */
  readonly fit: number
}

const fileOf = (fit: number): string => `gathered-${fit}.bin`

export async function doGather({ order }: Step<GatherOrder>, bench: Bench): Promise<null> {
  const gathered = await gather(order, order.fits, false, bench)
  for (const [fit, bytes] of gathered.entries()) await writeFileAtomic(join(bench.out, fileOf(fit)), bytes)
  return null
}

/** What a fit learns from, on a worker: of what was gathered, a method that builds on that whatever samples it is given. */
export async function learningOf(
  { train, ...order }: MethodOrder & { readonly train: LearntFrom },
  configured: ConfiguredMethod,
  bench: Bench,
): Promise<{ configured: ConfiguredMethod; train: readonly Sample[]; gathered?: number }> {
  if (!('steps' in train)) return { configured, train: await samplesOf(train, order, bench) }
  const { method, options } = configured
  const shared = sharedOf(method)
  const shards = train.steps.map((id) => shardOf(id, train.fit, bench))
  const building: DetectorMethod = { ...method, fit: (input, own) => shared.fit(shards, input, own) }
  return { configured: { method: building, options }, train: [], gathered: train.images }
}

function shardOf(id: string, fit: number, bench: Bench): GatheredShard {
  return {
    async read(isFull) {
      if (!isFull) {
        const { files } = await earlierResult(bench.store, id)
        const file = files.find(({ path }) => path === fileOf(fit))
        return bench.blobs.get(present(file, fileOf(fit)).sha256)
      }
      const { order } = (await readStep(bench.store, id)) as Step<GatherOrder>
      const [whole] = await gather(order, order.fits.slice(fit, fit + 1), true, bench)
      return present(whole, fileOf(fit))
    },
  }
}

async function gather(
  order: GatherOrder,
  fits: GatherOrder['fits'],
  isFull: boolean,
  bench: Bench,
): Promise<readonly Uint8Array[]> {
  const { method, options } = await methodOf(order, bench)
  const input = {
    samples: await samplesOf(order.images, order, bench),
    vision: await bench.vision(order.look),
    task: bench.task,
    fits: fits.map(({ stream, images, places }) => ({
      ...{ images, places, isFull },
      random: createRandom(order.seed, ...stream),
    })),
  }
  return sharedOf(method).gather(input, options)
}

function sharedOf({ id, shared }: DetectorMethod): SharedFit {
  if (shared === undefined) throw new UsageError(`${id}: its fit cannot be shared out`)
  return shared
}
