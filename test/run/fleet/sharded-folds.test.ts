/** Folds whose images are scored in shards, by whoever is free, give the bytes of one machine; and what a shard does that goes wrong. */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { countRecorded } from '../../../scripts/fleet/kill-run.ts'
import { evaluateDataset } from '../../../src/pipeline.ts'
import type * as ShardSizes from '../../../src/run/fleet/shard-sizes.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { noRedis, startRedis, type TestRedis } from '../../helpers/redis.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { heardTask, lasting, preload, startWorker } from './fleet-helpers.ts'

// As if eight images were many.
vi.mock('../../../src/run/fleet/shard-sizes.ts', async (original) => ({
  ...(await original<typeof ShardSizes>()),
  scoredSize: 8,
}))

describe.skipIf(noRedis !== null)(
  `folds in shards${noRedis === null ? '' : ` (skipped: ${noRedis})`}`,
  () => {
    const home = temporaryFolder()
    const single = join(home, 'single')
    const options = {
      ...{ folds: 2, threads: 1, backbone: 'filterbank', size: { width: 64, height: 64 } },
      ...{ detectorOptions: { bankSize: 64 }, keepModels: true, cache: join(home, 'cache') },
    }
    let dataset = ''
    let redis: TestRedis
    let whole: Awaited<ReturnType<typeof byFleet>>
    beforeAll(async () => {
      dataset = await makeStripedDataset({ nominal: 44, anomalous: 22 })
      redis = await startRedis()
      await evaluateDataset({ ...options, dataset, out: single })
      whole = await byFleet('run')
    }, 240_000)
    afterAll(() => redis?.stop())

    const text = (run: string, name: string): string => readFileSync(join(run, name), 'utf8')
    const evaluationOf = (run: string): string => lasting(JSON.parse(text(run, 'evaluation.json')))
    const files = (run: string, folder: string) =>
      readdirSync(join(run, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.\w+$/.test(name))
        .sort()
        .map((name) => [name, readFileSync(join(run, folder, name)).toString('base64')])
    /** Over a queue, by two workers. @returns What they did, by its label. */
    const byFleet = async (name: string, of = dataset) => {
      const [run, store] = [join(home, name), join(home, `${name}-store`)]
      const workers = [0, 1].map(() => startWorker(redis.url, store, { lockSeconds: 300 }))
      try {
        await evaluateDataset({ ...options, dataset: of, out: run, queue: redis.url, store }, heardTask())
      } finally {
        for (const worker of workers) await worker.stop()
      }
      const done = workers.flatMap(({ notes }) =>
        notes.flatMap((note) => (/ done in /.test(note) ? [note.replace(/: done.*/, '')] : [])),
      )
      return { run, store, done: done.sort() }
    }
    /** Images that steps of a kind score of a fold, as the store of the first run has it. */
    const imagesOf = (kind: string, fold: number): ReadonlySet<string> => {
      const steps = files(whole.store, 'steps').map(([, bytes]) =>
        JSON.parse(Buffer.from(String(bytes), 'base64').toString()),
      )
      const own = steps.filter((step) => step.kind === kind && step.order.fold === fold)
      return new Set(
        own.flatMap(({ order }) => (order.threshold ?? order.inference).map((ref: { id: string }) => ref.id)),
      )
    }
    const shards = (fold: number): string[] => [
      `fold ${fold}/2: fit`,
      ...[1, 2, 3].map((i) => `fold ${fold}/2: judge ${i}/3`),
      `fold ${fold}/2: pixels`,
      ...[1, 2].map((i) => `fold ${fold}/2: threshold ${i}/2`),
    ]

    it('give the same figures, maps, models and scales', () => {
      const { run, store, done } = whole
      expect(evaluationOf(run)).toBe(evaluationOf(single))
      expect(JSON.parse(evaluationOf(run)).metrics.pixel).not.toBeNull()
      expect(text(run, 'scores.csv')).toBe(text(single, 'scores.csv'))
      expect(files(run, 'maps')).toEqual(files(single, 'maps'))
      for (const fold of [0, 1]) {
        const [there, here] = [run, single].map((of) =>
          JSON.parse(text(of, `models/fold-${fold}/model.json`)),
        )
        const { createdAt: _, evaluated: __, ...same } = here
        expect(there).toMatchObject(same)
      }
      expect(done.filter((label) => label.startsWith('fold'))).toEqual([...shards(1), ...shards(2)])
      expect([...countRecorded(store).values()].every((times) => times === 1)).toBe(true)
    }, 240_000)

    it('go on where a process ends within a shard', async () => {
      const told = join(home, 'ended')
      const takeBack = preload(new URL(`poison.mjs?map=5&once=${encodeURIComponent(told)}`, import.meta.url))
      try {
        const { run } = await byFleet('ended-run')
        expect(existsSync(told)).toBe(true)
        expect(evaluationOf(run)).toBe(evaluationOf(single))
        expect(files(run, 'maps')).toEqual(files(single, 'maps'))
      } finally {
        takeBack()
      }
    }, 240_000)

    it('name the image that no worker survives scoring, and go on without it', async () => {
      const poisoned = await makeStripedDataset({ nominal: 44, anomalous: 22 })
      // No model learns from it; in one fold it is scored by the step that fits, in the other it is judged.
      const isIn = imagesOf('judge', 1)
      const id = String([...imagesOf('fit', 0)].find((each) => isIn.has(each)))
      const bad = join(poisoned, id)
      appendFileSync(bad, 'POISONED PICTURE') // behind the end of the picture: others read it as any
      const takeBack = preload(new URL('poison.mjs?kinds=fit,rank,judge', import.meta.url))
      const before = process.env.PLUMBLINE_CACHE_BYTES
      process.env.PLUMBLINE_CACHE_BYTES = '0' // so that whoever scores reads
      try {
        const { run, done } = await byFleet('poisoned-run', poisoned)
        const { dataset: of } = JSON.parse(text(run, 'evaluation.json'))
        const reason = expect.stringMatching(/no worker survives scoring it: .*each of 2 times.*SIGKILL/)
        expect(of.failures).toEqual([{ path: bad, reason }])
        const scored = (of: string) =>
          text(of, 'scores.csv')
            .split('\n')
            .map((row) => row.split(',').slice(0, 7)) // but the decision: the thresholds are others now
        const others = scored(single).filter(([image]) => image !== id)
        expect(scored(run)).toEqual(others)
        expect(others.length).toBe(scored(single).length - 2)
        expect(done.join('\n')).toMatch(/fold 2\/2: judge \d\/3, halved/)
        expect(done.join('\n')).toMatch(/fold 1\/2: threshold 1\/3, halved/)
      } finally {
        takeBack()
        if (before === undefined) delete process.env.PLUMBLINE_CACHE_BYTES
        else process.env.PLUMBLINE_CACHE_BYTES = before
      }
    }, 400_000)
  },
)
