/**
 * The first look at every image, by many workers: features in shards, put where all find them, and what they tell brought together.
 * An image that ends the process that reads it is found by halving its shard, named, and left out.
 */
import type { Sample } from '../../dataset/sample.ts'
import type { Frame } from '../../image/image.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { JobFailure } from '../../work/engine.ts'
import type { Step } from '../../work/step.ts'
import type { ActivationGatherer, ActivationMaps } from '../open/activation-maps.ts'
import type { Seen } from '../open/look-at-all.ts'
import type { Failure } from '../open/open-samples.ts'
import type { Crew } from './crew.ts'
import { together } from './first-failure.ts'
import { inHalves } from './in-halves.ts'
import { shardSize } from './shard-sizes.ts'
import { type FeaturesOrder, readFeatures } from './steps/features-step.ts'

export interface Wanted {
  /** Whose mean embedding is asked for. */
  isCompared(sample: Sample): boolean
  /** Takes what the backbone answers to; null where nobody asks. */
  readonly activations: ActivationGatherer | null
  /** Ids of images that serve as examples of that. */
  readonly shown: ReadonlySet<string>
}

/**
 * As `lookAtAll`, and images that no worker survives are among the failures. A shard is begun as soon as its files are in the store.
 *
 * @throws {InputError} A file or the store. @throws {CancelledError}
 */
export async function lookByFleet(
  samples: readonly Sample[],
  stages: readonly string[],
  { fleet, look, contents, bring }: Crew,
  { isCompared, activations, shown }: Wanted,
  task: Task,
): Promise<Seen> {
  const told = new Map<Sample, Told>()
  const sameFrame = sharing<Frame>()
  const stepOf = async (shard: readonly Sample[]): Promise<Step<FeaturesOrder>> => {
    const images: FeaturesOrder['images'][number][] = []
    for (const sample of shard) {
      const { sha256 } = await contents.identify(sample.path)
      const { reading, label, id } = sample
      images.push({
        sha256,
        ...(reading && { reading }),
        ...(isCompared(sample) && { isCompared: true }),
        ...(activations !== null &&
          label === 'nominal' && { activation: shown.has(id) ? 'shown' : 'counted' }),
      })
    }
    return { kind: 'features', made: fleet.made, order: { look, stages, images } }
  }
  /** By the first image of what was looked at together. */
  const gathered = new Map<Sample, ActivationMaps>()
  const work = async (shard: readonly Sample[], label: string, tries: number): Promise<void> => {
    const { value } = await fleet.do(await stepOf(shard), label, tries)
    const read = readFeatures(value, shard)
    for (const sample of shard) told.set(sample, toldOf(sample, read.seen, sameFrame))
    const [first] = shard
    if (first !== undefined && read.activations !== null) gathered.set(first, read.activations)
  }
  const lost = (sample: Sample, { message }: JobFailure): void =>
    void told.set(sample, { reason: `no worker survives reading it: ${message}` })
  const needed = together(fleet)
  const shards = Math.ceil(samples.length / shardSize)
  const working: Promise<unknown>[] = []
  const progress = task.progress('store', 'images')
  try {
    for (let i = 0; i < shards && !needed.isLost(); i++) {
      checkCancelled(task)
      const shard = samples.slice(i * shardSize, (i + 1) * shardSize)
      await bring(shard.map(({ path }) => path))
      const one = needed.of(inHalves(shard, `features ${i + 1}/${shards}`, { work, lost }))
      one.catch(() => {}) // thrown where all are awaited
      working.push(one)
      progress.update(Math.min(samples.length, (i + 1) * shardSize), samples.length)
    }
  } finally {
    progress.end()
  }
  await needed.all(working)
  for (const sample of samples) {
    const some = gathered.get(sample)
    if (some !== undefined) activations?.merge(some)
  }
  return seenOf(samples, told, task)
}

/** One value for all that are alike: images of one size lie alike in the input, and there may be millions. */
function sharing<T>(): (value: T) => T {
  const known = new Map<string, T>()
  return (value) => {
    const key = JSON.stringify(value)
    const found = known.get(key)
    if (found !== undefined) return found
    known.set(key, value)
    return value
  }
}

/** Of one image. */
interface Told {
  readonly reason?: string
  readonly frame?: Frame
  readonly embedding?: Float32Array
}

function toldOf(
  { id, path }: Sample,
  { failures, frames, embeddings }: Omit<Seen, 'samples'>,
  sameFrame: (frame: Frame) => Frame,
): Told {
  const reason = failures.find((failure) => failure.path === path)?.reason
  if (reason !== undefined) return { reason }
  const [frame, embedding] = [frames.get(id), embeddings.get(id)]
  return { ...(frame && { frame: sameFrame(frame) }), ...(embedding && { embedding }) }
}

function seenOf(samples: readonly Sample[], told: ReadonlyMap<Sample, Told>, task: Task): Seen {
  const usable: Sample[] = []
  const failures: Failure[] = []
  const frames = new Map<string, Frame>()
  const embeddings = new Map<string, Float32Array>()
  for (const sample of samples) {
    const { reason, frame, embedding } = told.get(sample) ?? {}
    if (reason !== undefined) {
      failures.push({ path: sample.path, reason })
      task.note(`left out: ${sample.path}: ${reason}`)
      continue
    }
    usable.push(sample)
    if (frame !== undefined) frames.set(sample.id, frame)
    if (embedding !== undefined) embeddings.set(sample.id, embedding)
  }
  return { samples: usable, failures, frames, embeddings }
}
