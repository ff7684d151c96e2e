/** The segmenter of a run, with the threads it works on. Nothing is learned or loaded before the first image asks for it. */
import type { Sample } from '../dataset/sample.ts'
import { InputError } from '../errors.ts'
import { sha256File } from '../files/hash.ts'
import { readImageSize } from '../image/read-image-size.ts'
import { present } from '../present.ts'
import { mapConcurrent, type Task } from '../task.ts'
import { createLocalPool, createWorkerPool, type WorkerPool } from '../threads/worker-pool.ts'
import { createSegmenter, type SegmenterPlan } from './create-segmenter.ts'
import type { Scenes } from './embedded/embedded-segmenter.ts'
import { chooseLearned, learnScenes, type SizedImage } from './embedded/learn-scenes.ts'
import { openGroundedSam } from './grounded-sam/open-grounded-sam.ts'
import { hashOf } from './hash-of.ts'
import { type Job, type Outcome, runJob, type SegmentJob, type WriteJob, type Written } from './jobs.ts'
import { keyOf } from './kept-results.ts'
import type { GivenMask } from './masks/given-mask.ts'
import { readMasks } from './masks/read-masks.ts'
import type { PrepareOptions } from './prepare-options.ts'
import type { SegmentRecord } from './segment-record.ts'
import type { Segmenter } from './segmenter.ts'

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
  /** What it learned of the photographs, whether or not any has been segmented; absent where it learns nothing. */
  learned?(): Promise<Scenes>
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
    return opened({ key: keyOf('none'), detail: {}, threads })
  }
  if (options.segmenter === 'masks') {
    const { masks, missing, extra } = await readMasks(
      present(options.masks, 'masks, checked with the options'),
      samples,
      task,
    )
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
  if (options.segmenter === 'grounded-sam') {
    const settings = present(options.groundedSam, 'a prompt, checked with the options')
    const files = present(options.modelFiles, 'a model, checked with the options')
    const { detail, open } = await openGroundedSam(settings, files, threads, task)
    return opened({ key: keyOf('grounded-sam', settings, detail), detail, threads, here: open })
  }
  const chosen = chooseLearned(await sizesOf(samples, task))
  const learned = [...chosen.values()].flat()
  const hashes: string[] = []
  for await (const hash of mapConcurrent(learned, 2 * threads, ({ path }) => sha256File(path)))
    hashes.push(hash)
  let scenes: Promise<Scenes> | undefined
  const learn = (): Promise<Scenes> => {
    scenes ??= learnScenes(chosen, threads, task)
    return scenes
  }
  return {
    ...opened({
      key: keyOf('embedded', hashes),
      detail: { learnedFrom: learned.length },
      threads,
      plan: async () => ({ id: 'embedded', scenes: await learn() }),
    }),
    learned: learn,
  }
}

interface Opening {
  readonly key: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly threads: number
  /** What each thread makes its segmenter of. */
  readonly plan?: () => Promise<SegmenterPlan>
  /** Instead, a segmenter that works here, once: its networks use all threads by themselves, and are too large to be held twice. */
  readonly here?: () => Promise<Segmenter>
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
  return keyOf(given.background ?? null, hash.ok ? hash.value : hash.reason)
}

const noPlan = async (): Promise<SegmenterPlan> => ({ id: 'none' })

function opened({
  key,
  detail,
  threads,
  plan = noPlan,
  here,
  givenOf = () => null,
}: Opening): OpenedSegmenter {
  let segmenting: Promise<WorkerPool<Job, unknown>> | undefined
  let writing: Promise<WorkerPool<Job, unknown>> | undefined
  const poolFor = async (plan: SegmenterPlan): Promise<WorkerPool<Job, unknown>> =>
    threads > 1
      ? createWorkerPool(import.meta.url, 'prepare-worker', threads, plan)
      : poolHere(createSegmenter(plan))
  const startWriting = async (): Promise<WorkerPool<Job, unknown>> => {
    if (segmenting !== undefined && here === undefined) return segmenting
    await (await segmenting)?.close() // all objects are found: its memory is free for the threads
    return poolFor({ id: 'none' })
  }
  return {
    key,
    keyOf: (sample) => keyOfGiven(givenOf(sample)),
    givenOf,
    detail,
    async segment(job) {
      segmenting ??= here === undefined ? plan().then(poolFor) : here().then(poolHere)
      return (await (await segmenting).run(job)) as Outcome<SegmentRecord>
    },
    async write(job) {
      writing ??= startWriting()
      return (await (await writing).run(job)) as Outcome<Written>
    },
    async close() {
      for (const pool of [segmenting, writing]) await (await pool?.catch(() => undefined))?.close()
    },
  }
}

const poolHere = (segmenter: Segmenter): WorkerPool<Job, unknown> => ({
  ...createLocalPool((job: Job) => runJob(job, segmenter)),
  close: () => segmenter.close(),
})

/** Sizes by the files' heads; files without one are left out, they fail where they are decoded. */
async function sizesOf(samples: readonly Sample[], task: Task): Promise<SizedImage[]> {
  const sizes: SizedImage[] = []
  const read = mapConcurrent(samples, 16, async ({ path, reading }) => {
    if (task.signal.aborted) return null
    try {
      return { path, ...(reading && { reading }), ...(await readImageSize(path)) }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return null
    }
  })
  for await (const size of read) if (size !== null) sizes.push(size)
  return sizes
}
