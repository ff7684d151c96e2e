/** Workers and the server are killed while they work: all is done, with the same bytes. `scripts/fleet/` does it more often. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { countRecorded, killRun, lastingBytes } from '../../../scripts/fleet/kill-run.ts'
import { evaluateDataset } from '../../../src/pipeline.ts'
import type * as ShardSizes from '../../../src/run/fleet/shard-sizes.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { noRedis, startRedis } from '../../helpers/redis.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

// As if twelve images were many.
vi.mock('../../../src/run/fleet/shard-sizes.ts', async (original) => ({
  ...(await original<typeof ShardSizes>()),
  scoredSize: 12,
}))

describe.skipIf(noRedis !== null)(`kill -9${noRedis === null ? '' : ` (skipped: ${noRedis})`}`, () => {
  it('of workers and of the server costs time and nothing else', async () => {
    const home = temporaryFolder()
    const options = {
      ...{
        dataset: await makeStripedDataset({ nominal: 44, anomalous: 22, masks: false }),
        folds: 4,
        threads: 1,
      },
      ...{ backbone: 'filterbank', size: { width: 64, height: 64 }, detectorOptions: { bankSize: 64 } },
      cache: join(home, 'cache'),
    }
    const single = await evaluateDataset({ ...options, out: join(home, 'single') })
    const redis = await startRedis()
    try {
      const store = join(home, 'store')
      const outcome = await killRun({
        options: { ...options, out: join(home, 'run'), queue: redis.url, store },
        folder: home,
        ...{ workers: 2, kills: 3, serverKills: 1, pauseMs: 6000, seed: 1 },
        async restartServer() {
          await redis.kill()
          await redis.start()
        },
      })
      expect(lastingBytes(outcome.evaluation)).toBe(lastingBytes(single))
      expect(outcome.kills + outcome.serverKills).toBeGreaterThan(0)
      const recorded = countRecorded(store)
      // Features; for each fold a fit, the other half of its threshold images, two halves to be judged.
      expect(recorded.size).toBe(2 + 4 * (1 + 1 + 2))
      expect([...recorded.values()].every((times) => times === 1)).toBe(true)
      expect(
        readdirSync(store, { recursive: true, encoding: 'utf8' }).some((name) => name.includes('steps')),
      ).toBe(true)
    } finally {
      await redis.stop()
    }
  }, 400_000)
})
