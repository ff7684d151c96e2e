/** An image that ends whatever reads it: found, named and left out, while the rest is done. */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { evaluateDataset } from '../../../src/pipeline.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { noRedis, startRedis } from '../../helpers/redis.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { heardTask, preload, startWorker } from './fleet-helpers.ts'

const takeBack = preload(new URL('poison.mjs', import.meta.url))
afterAll(takeBack)

describe.skipIf(noRedis !== null)(
  `a poisoned image${noRedis === null ? '' : ` (skipped: ${noRedis})`}`,
  () => {
    it('is found by halving, named, and left out', async () => {
      const dataset = await makeStripedDataset({ nominal: 44, anomalous: 22, masks: false })
      const bad = join(dataset, 'good/good-17.png')
      appendFileSync(bad, 'POISONED PICTURE') // behind the end of the picture: others read it as any
      const redis = await startRedis()
      const store = join(temporaryFolder(), 'store')
      const worker = startWorker(redis.url, store)
      const task = heardTask()
      try {
        const evaluation = await evaluateDataset(
          {
            ...{
              dataset,
              out: join(temporaryFolder(), 'run'),
              folds: 2,
              threads: 1,
              queue: redis.url,
              store,
            },
            ...{ backbone: 'filterbank', size: { width: 64, height: 64 }, detectorOptions: { bankSize: 64 } },
          },
          task,
        )
        expect(evaluation.dataset.images).toEqual({ nominal: 43, anomalous: 22 })
        expect(evaluation.dataset.failures).toEqual([
          {
            path: bad,
            reason: expect.stringMatching(/no worker survives reading it: .*each of 2 times.*SIGKILL/),
          },
        ])
        expect(task.notes.join('\n')).toContain(`left out: ${bad}`)
        expect(evaluation.folds).toHaveLength(2)
      } finally {
        await worker.stop()
        await redis.stop()
      }
    }, 300_000)
  },
)
