/** The segmenter of a run, with the threads it works on. Nothing is learned or loaded before the first image asks for it. */
import type { Sample } from '../dataset/sample.ts'
import { InputError } from '../errors.ts'
import { sha256File } from '../files/hash.ts'
import { readImageSize } from '../image/read-image-size.ts'
import { mapConcurrent, type Task } from '../task.ts'
import { createLocalPool, createWorkerPool, type WorkerPool } from '../threads/worker-pool.ts'
import { createSegmenter, type SegmenterPlan } from './create-segmenter.ts'
import { chooseLearned, learnScenes, type SizedImage } from './embedded/learn-scenes.ts'
import { hashOf } from './hash-of.ts'
import { type Job, type Outcome, runJob, type SegmentJob, type WriteJob, type Written } from './jobs.ts'
import { keyOf } from './kept-results.ts'
import type { GivenMask } from './masks/given-mask.ts'
import { readMasks } from './masks/read-masks.ts'
import type { PrepareOptions } from './prepare-options.ts'
import type { SegmentRecord } from './segment-record.ts'

export interface OpenedSegmenter {
  /** Hash over everything that decides its masks, but for the image. */
  readonly key: string
  /** The same for what it has been given for one image. */
  keyOf(sample: Sample): Promise<string>
  /** The mask made elsewhere for an image. */
  givenOf(sample: Sample): GivenMask | null
  segment(job: SegmentJob): Promise<Outcome<SegmentRecord>>
  /** Any thread does; here because the threads are. */
  write(job: WriteJob): Promise<Outcome<Written>>
  /** For the record. */
  readonly detail: Readonly<Record<string, unknown>>
  close(): Promise<void>
}

export async function openSegmenter(
  samples: readonly Sample[],
  options: PrepareOptions,
  threads: number,
  task: Task,
): Promise<OpenedSegmenter> {
  if (options.segmenter === 'none') {
    return opened({ key: keyOf('none'), detail: {}, threads, plan: async () => ({ id: 'none' }) })
  }
  if (options.segmenter === 'masks') {
    const { masks, missing, extra } = await readMasks(options.masks!, samples, task)
    noteSome(missing, 'has no mask', task)
    noteSome(extra, 'is for no image, or for one that has a mask already', task)
    return opened({
      key: keyOf('masks'),
      detail: { masks: masks.size, missing: [...missing], extra: [...extra] },
      threads,
      plan: async () => ({ id: 'masks' }),
      givenOf: ({ id }) => masks.get(id) ?? null,
    })
  }
  const chosen = chooseLearned(await sizesOf(samples, task))
  const learned = [...chosen.values()].flat()
  const hashes: string[] = []
  for await (const hash of mapConcurrent(learned, 2 * threads, ({ path }) => sha256File(path)))
    hashes.push(hash)
  return opened({
    key: keyOf('embedded', hashes),
    detail: { learnedFrom: learned.length },
    threads,
    plan: async () => ({ id: 'embedded', scenes: await learnScenes(chosen, threads, task) }),
  })
}

interface Opening {
  readonly key: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly threads: number
  readonly plan: () => Promise<SegmenterPlan>
  readonly givenOf?: (sample: Sample) => GivenMask | null
}

/** Named one by one up to this many. */
const mostNoted = 10

function noteSome(names: readonly string[], words: string, task: Task): void {
  for (const name of names.slice(0, mostNoted)) task.note(`${name}: ${words}`)
  if (names.length > mostNoted) task.note(`and ${names.length - mostNoted} more: ${words}`)
}

/** Hash of the mask's file, or of its regions. */
async function keyOfGiven(given: GivenMask | null): Promise<string> {
  if (given?.kind !== 'file') return keyOf(given)
  const hash = await hashOf(given.path)
  return keyOf(given.isColoured, hash.ok ? hash.value : hash.reason)
}

function opened({ key, detail, threads, plan, givenOf = () => null }: Opening): OpenedSegmenter {
  let segmenting: Promise<WorkerPool<Job, unknown>> | undefined
  let writing: WorkerPool<Job, unknown> | undefined
  const poolFor = async (plan: SegmenterPlan): Promise<WorkerPool<Job, unknown>> => {
    if (threads > 1) return createWorkerPool(import.meta.url, 'prepare-worker', threads, plan)
    const segmenter = createSegmenter(plan)
    return createLocalPool((job) => runJob(job, segmenter))
  }
  return {
    key,
    keyOf: (sample) => keyOfGiven(givenOf(sample)),
    givenOf,
    detail,
    async segment(job) {
      segmenting ??= plan().then(poolFor)
      return (await (await segmenting).run(job)) as Outcome<SegmentRecord>
    },
    async write(job) {
      writing ??= segmenting === undefined ? await poolFor({ id: 'none' }) : await segmenting
      return (await writing.run(job)) as Outcome<Written>
    },
    async close() {
      await (await segmenting?.catch(() => undefined))?.close()
      await writing?.close()
    },
  }
}

/** Sizes by the files' heads; files without one are left out, they fail where they are decoded. */
async function sizesOf(samples: readonly Sample[], task: Task): Promise<SizedImage[]> {
  const sizes: SizedImage[] = []
  const read = mapConcurrent(samples, 16, async ({ path }) => {
    if (task.signal.aborted) return null
    try {
      return { path, ...(await readImageSize(path)) }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return null
    }
  })
  for await (const size of read) if (size !== null) sizes.push(size)
  return sizes
}
