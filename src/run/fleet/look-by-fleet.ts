/**
 * The first look at every image, by many workers: features in shards, put where all find them. An image that ends the process that
 * reads it is found by halving its shard, named, and left out.
 */
import type { FileContents } from '../../backbone/file-contents.ts'
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Task } from '../../task.ts'
import type { Step } from '../../work/step.ts'
import type { Failure } from '../open/open-samples.ts'
import { type Fleet, StepFailure } from './fleet.ts'
import { lookOf } from './look.ts'
import { bringFiles } from './sample-ref.ts'
import { type FeaturesOrder, featuresValueSchema } from './steps/features-step.ts'

/** Images a shard: some seconds of work, so that what a lost worker did is soon done again, and the queue is no burden. */
const shardSize = 64

/** @returns Images that no worker survived; those that merely cannot be read are told as everywhere. */
export async function lookByFleet(
  samples: readonly Sample[],
  vision: Vision,
  stages: readonly string[],
  fleet: Fleet,
  contents: FileContents,
  task: Task,
): Promise<readonly Failure[]> {
  await bringFiles(
    samples.map(({ path }) => path),
    contents,
    fleet.store,
    task,
  )
  const look = lookOf(vision)
  const poisoned: Failure[] = []
  const work = async (shard: readonly Sample[], label: string, tries: number): Promise<void> => {
    const images: FeaturesOrder['images'][number][] = []
    for (const { path, reading } of shard) {
      const { sha256 } = await contents.identify(path)
      images.push({ sha256, ...(reading && { reading }) })
    }
    const step: Step<FeaturesOrder> = { kind: 'features', made: fleet.made, order: { look, stages, images } }
    try {
      featuresValueSchema.parse((await fleet.do(step, label, tries)).value)
    } catch (error) {
      if (!(error instanceof StepFailure) || error.failure.kind !== 'crash') throw error
      const [only, second] = shard
      if (only !== undefined && second === undefined) {
        task.note(`left out: ${only.path}: ${error.failure.message}`)
        poisoned.push({ path: only.path, reason: `no worker survives reading it: ${error.failure.message}` })
        return
      }
      const half = Math.ceil(shard.length / 2)
      // One of the halves is bad: a single try tells which. A single image gets another chance.
      await Promise.all([
        work(shard.slice(0, half), `${label}, halved`, half > 1 ? 1 : 2),
        work(shard.slice(half), `${label}, halved`, shard.length - half > 1 ? 1 : 2),
      ])
    }
  }
  const shards = Array.from({ length: Math.ceil(samples.length / shardSize) }, (_, i) =>
    samples.slice(i * shardSize, (i + 1) * shardSize),
  )
  const settled = await Promise.allSettled(
    shards.map((shard, i) => work(shard, `features ${i + 1}/${shards.length}`, 2)),
  )
  const failed = settled.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return poisoned
}
