/** Rates are measured with the program's own hands, and nothing of it stays in the queue or in the store. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InputError, UsageError } from '../../../../src/errors.ts'
import { forecastRun } from '../../../../src/pipeline.ts'
import { forecastSchema, ratesSchema } from '../../../../src/wire/forecast.ts'
import { makeStripedDataset } from '../../../e2e/striped-dataset.ts'
import { noRedis, startRedis, type TestRedis } from '../../../helpers/redis.ts'
import { temporaryFolder } from '../../../helpers/temporary-folder.ts'

describe.skipIf(noRedis !== null)(`forecastRun${noRedis === null ? '' : ` (skipped: ${noRedis})`}`, () => {
  const home = temporaryFolder()
  const store = join(home, 'store')
  const quick = { threads: 1, backbone: 'filterbank', size: { width: 64, height: 64 }, store }
  let redis: TestRedis
  let dataset = ''
  beforeAll(async () => {
    redis = await startRedis()
    dataset = await makeStripedDataset({ nominal: 24, anomalous: 6 })
  })
  afterAll(() => redis?.stop())

  it.each([
    ['patchcore', { bankSize: 64 }],
    ['padim', {}],
  ])(
    'measures %s',
    async (detector, detectorOptions) => {
      const options = { ...quick, detector, detectorOptions, dataset, queue: redis.url, workers: 4 }
      const found = await forecastRun(options)
      expect(forecastSchema.parse(found)).toEqual(found)
      expect(found).toMatchObject({ images: 1e6, folds: 5, measured: 24, detector, asked: { workers: 4 } })
      const { gathered, fit, ...others } = found.rates
      for (const name of Object.keys(ratesSchema.shape)) {
        if (name in others) expect(others[name as keyof typeof others], name).toBeGreaterThan(0)
      }
      expect(gathered === null).toBe(detector === 'padim')
      expect(fit.seconds + fit.perImage).toBeGreaterThan(0)
      expect(readdirSync(store)).toEqual(['.plumbline-store'])
      const { openEngine } = await import('../../../../src/queue/open-engine.ts')
      const engine = await openEngine(redis.url, 'plumbline-forecast', {
        signal: new AbortController().signal,
        progress: () => ({ update() {}, end() {} }),
        note() {},
      })
      expect(await engine.census()).toEqual({ workers: 0, waiting: 0, active: 0 })
      await engine.close()
    },
    120_000,
  )

  it('needs a queue that answers and a picture or two', async () => {
    await expect(forecastRun({ ...quick, dataset } as never)).rejects.toBeInstanceOf(UsageError)
    const gone = { ...quick, dataset, queue: 'redis://127.0.0.1:1' }
    await expect(forecastRun(gone)).rejects.toBeInstanceOf(InputError)
    expect(readdirSync(store)).toEqual(['.plumbline-store'])
    const lonely = await makeStripedDataset({ nominal: 1, anomalous: 3 })
    await expect(forecastRun({ ...quick, dataset: lonely, queue: redis.url })).rejects.toThrow(
      /holds 1 good images; it takes 2/,
    )
  }, 60_000)
})
