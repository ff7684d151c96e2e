/** Fits whose look at the images is shared out over workers give what fits give that look themselves. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sha256 } from '../../../src/files/hash.ts'
import { evaluateDataset, trainModel } from '../../../src/pipeline.ts'
import type * as ShardSizes from '../../../src/run/fleet/shard-sizes.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { noRedis, startRedis, type TestRedis } from '../../helpers/redis.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { lasting, startWorker, type TestWorker } from './fleet-helpers.ts'

// As if sixteen images were many.
vi.mock('../../../src/run/fleet/shard-sizes.ts', async (original) => ({
  ...(await original<typeof ShardSizes>()),
  ...{ shardSize: 16, gatherSize: 7, leastGathered: 16 },
}))

describe.skipIf(noRedis !== null)(`gathered fits${noRedis === null ? '' : ` (skipped: ${noRedis})`}`, () => {
  const home = temporaryFolder()
  const store = join(home, 'store')
  const quick = {
    ...{ threads: 1, backbone: 'filterbank', size: { width: 64, height: 64 } },
    ...{ detectorOptions: { bankSize: 64, candidates: 500 }, cache: join(home, 'cache') },
  }
  const bankOf = (model: string) => sha256(readFileSync(join(model, 'bank.bin')))
  let dataset = ''
  let redis: TestRedis
  let workers: TestWorker[] = []
  const labels = () => workers.flatMap(({ notes }) => notes.filter((note) => / done in /.test(note)))

  beforeAll(async () => {
    dataset = await makeStripedDataset({ nominal: 44, anomalous: 22 })
    redis = await startRedis()
    workers = [startWorker(redis.url, store), startWorker(redis.url, store)]
  }, 60_000)
  afterAll(async () => {
    for (const worker of workers) await worker.stop()
    await redis?.stop()
  })

  it('train gives the same model', async () => {
    const [here, there] = [join(home, 'model'), join(home, 'model-by-queue')]
    await trainModel({ ...quick, dataset, out: here })
    await trainModel({ ...quick, dataset, out: there, queue: redis.url, store })
    expect(bankOf(there)).toBe(bankOf(here))
    const threshold = (model: string) => JSON.parse(readFileSync(join(model, 'model.json'), 'utf8')).threshold
    expect(threshold(there)).toEqual(threshold(here))
    const done = labels().join('\n')
    for (let i = 1; i <= 7; i++) {
      expect(done).toContain(`shares: gather ${i}/7: done`)
      expect(done).toContain(`the whole model: gather ${i}/7: done`)
    }
  }, 240_000)

  it('evaluate gives the same bytes', async () => {
    const options = { ...quick, dataset, folds: 3, keepModels: true }
    const [here, there] = [join(home, 'run'), join(home, 'run-by-queue')]
    const single = await evaluateDataset({ ...options, out: here })
    const many = await evaluateDataset({ ...options, out: there, queue: redis.url, store })
    expect(lasting(many)).toBe(lasting(single))
    for (let fold = 0; fold < 3; fold++) {
      expect(bankOf(join(there, `models/fold-${fold}`))).toBe(bankOf(join(here, `models/fold-${fold}`)))
      const trained = (run: string) =>
        JSON.parse(readFileSync(join(run, `models/fold-${fold}/model.json`), 'utf8')).trained
      expect(trained(there)).toEqual(trained(here))
    }
    expect(labels().join('\n')).toMatch(/folds: gather 1\/\d: done/)
  }, 240_000)
})
