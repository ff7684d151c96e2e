/**
 * The threads of an evaluation: each looks, fits and judges by itself, so that reading, arithmetic and counting of one fold go on while
 * another's do. The runtime of networks computes on the thread that asks; a single thread leaves processors idle whenever it reads,
 * counts or writes, and two runtime threads wait for each other at every product.
 */
import { batchOf } from '../../backbone/create-vision.ts'
import type { KnownContent, KnownContents } from '../../backbone/file-contents.ts'
import type { Sample } from '../../dataset/sample.ts'
import { joinTallies, type TallyShard } from '../../evaluate/metrics/pixel/joined-tallies.ts'
import { packMask } from '../../image/packed-mask.ts'
import { mustGet } from '../../present.ts'
import { type Task, withoutProgress } from '../../task.ts'
import { createWorkerPool, type WorkerPool } from '../../threads/worker-pool.ts'
import type { FitPlan, FitRecord } from '../evaluate/fit-fold.ts'
import { hasMasks, type JudgePlan, type JudgeRecord, type JudgeWork } from '../evaluate/judge-fold.ts'
import { shardsOf } from '../fleet/shard-sizes.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import type { ActivationGatherer } from '../open/activation-maps.ts'
import type { Seen } from '../open/look-at-all.ts'
import type { MaskBits } from '../open/mask-store.ts'
import type { FoldFacts, Looked, ThreadJob, ThreadJudged, ThreadResult } from './thread-jobs.ts'
import type { VisionPlan } from './vision-plan.ts'

export interface FoldThreads {
  readonly count: number
  /** As `lookAtAll`, and reads the masks of defects. @throws {CancelledError} */
  look(
    samples: readonly Sample[],
    wanted: {
      readonly stages: readonly string[]
      readonly shown: ReadonlySet<string>
      readonly activations: ActivationGatherer
    },
    task: Task,
  ): Promise<{ readonly seen: Seen; readonly masks: readonly MaskBits[] }>
  /** As `fitAndRank`; the model is on disk, and the scale has no meaning but in the first fold. */
  fit(facts: FoldFacts, plan: FitPlan, isFirst: boolean, task: Task): Promise<FitRecord>
  /** As `judgeFold`, of the model on disk; the last fold by all threads, since the others would wait for one. */
  judge(
    facts: FoldFacts,
    plan: JudgePlan,
    by: { readonly masks: JudgeWork['masks']; readonly range: ScoreRange; readonly isLast: boolean },
    task: Task,
  ): Promise<JudgeRecord>
  close(): Promise<void>
}

/**
 * Images a shard of the first look: so few that the threads end together, two shards each of a small dataset; whole runs of the
 * network, and no more than 64 images.
 *
 * @param batch - Images to a run.
 */
export function lookedTogether(images: number, threads: number, batch: number): number {
  const runs = Math.ceil(images / (2 * threads * batch))
  return batch * Math.max(1, Math.min(runs, Math.floor(mostTogether / batch)))
}

const mostTogether = 64

/** Of features that the threads keep in memory, all together: the folds ask for the same images again. */
const mostKeptBytes = 512 * 2 ** 20

/**
 * @param contents - What is known of files, which the threads are told and which they tell.
 * @param threads - Of the machine, shared between these.
 */
export function openFoldThreads(
  visionPlan: Omit<VisionPlan, 'fitsAtOnce'>,
  contents: KnownContents,
  count: number,
  threads: number,
): FoldThreads {
  const each = Math.max(1, Math.floor(threads / count))
  const pool: WorkerPool<ThreadJob, ThreadResult> = createWorkerPool(
    import.meta.url,
    'thread-worker',
    count,
    {
      ...visionPlan,
      fitsAtOnce: count,
      vision: {
        ...visionPlan.vision,
        threads: each,
        isCacheShared: true,
        keptBytes: Math.floor(mostKeptBytes / count),
      },
    },
    'roomy',
  )
  const knownOf = (samples: readonly Sample[]): readonly KnownContent[] =>
    contents.known(samples.map(({ path }) => path))

  return {
    count,
    async look(samples, { stages, shown, activations }, task) {
      const shardSize = lookedTogether(samples.length, count, batchOf(visionPlan.vision.size))
      const shards = Array.from({ length: Math.ceil(samples.length / shardSize) }, (_, i) =>
        samples.slice(i * shardSize, (i + 1) * shardSize),
      )
      const progress = task.progress('features', 'images')
      let done = 0
      const looking = shards.map(async (shard) => {
        const looked = await pool.run({ kind: 'look', samples: shard, stages, shown }, withoutProgress(task))
        done += shard.length
        progress.update(done, samples.length)
        return looked as Looked
      })
      const all = await Promise.all(looking).finally(() => progress.end())
      const own = new Map(samples.map((sample) => [sample.id, sample]))
      for (const { activations: gathered, known } of all) {
        contents.learn(known)
        const examples = gathered?.examples.map(({ sample, map }) => ({
          sample: mustGet(own, sample.id),
          map,
        }))
        if (gathered !== null) activations.merge({ ...gathered, examples: examples ?? [] })
      }
      const seen = {
        samples: all.flatMap(({ seen }) => seen.samples.map(({ id }) => mustGet(own, id))),
        failures: all.flatMap(({ seen }) => seen.failures),
        frames: new Map(all.flatMap(({ seen }) => [...seen.frames])),
        embeddings: new Map(all.flatMap(({ seen }) => [...seen.embeddings])),
      }
      return { seen, masks: all.map(({ masks }) => masks) }
    },
    async fit(facts, plan, isFirst, task) {
      const { fold, train, threshold } = plan
      const job = { kind: 'fit', facts, plan: { fold, train, threshold }, isFirst } as const
      return (await pool.run({ ...job, known: knownOf([...train, ...threshold]) }, task)) as FitRecord
    },
    async judge(facts, { fold, inference }, { masks, range, isLast }, task) {
      const isCounted = hasMasks({ fold, inference }, { masks })
      const shards = isLast
        ? shardsOf(inference, Math.max(1, Math.ceil(inference.length / count)))
        : [inference]
      const judging = shards.map((shard) => {
        const packed = shard.flatMap((sample) => {
          const mask = sample.label === 'anomalous' ? masks.find(sample) : null
          return mask === null ? [] : [[sample.id, packMask(mask)] as const]
        })
        const plan = { fold, inference: shard }
        const pixels = !isCounted ? null : shards.length === 1 ? 'figures' : 'counted'
        const job = { kind: 'judge', facts, plan, range, masks: new Map(packed), pixels } as const
        return pool.run({ ...job, known: knownOf(shard) }, task) as Promise<ThreadJudged>
      })
      const judged = await allOf(judging)
      const tallies = judged.flatMap(({ counted }) => (counted === null ? [] : [tallyShard(counted)]))
      return {
        inference: judged.flatMap((each) => each.inference),
        failures: judged.flatMap(({ failures }) => failures),
        pixel: tallies.length > 0 ? await joinTallies(tallies) : (judged[0]?.pixel ?? null),
        score: judged.reduce((sum, { score }) => sum + score, 0), // not the wait for a thread
      }
    },
    close: () => pool.close(),
  }
}

/** Waits for all of them, whatever becomes of one. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(work)
  return Promise.all(work)
}

const tallyShard = ({ defects, others }: NonNullable<ThreadJudged['counted']>): TallyShard => ({
  defects: async () => defects,
  others: async () => others,
})
