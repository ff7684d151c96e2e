/** Jobs of the station over a queue: the same description, another executor of its steps. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Job, type JobRecord, jobRecordSchema } from '../../src/wire/jobs.ts'
import { makeStripedDataset } from '../e2e/striped-dataset.ts'
import { noRedis, startRedis } from '../helpers/redis.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startWorker, type TestWorker } from '../run/fleet/fleet-helpers.ts'
import { openGreyStation, saveGreyModel, type TestedStation } from './grey-station.ts'
import { jobPatience, jobTimeout } from './job-patience.ts'

describe.skipIf(noRedis !== null)(
  `jobs over a queue${noRedis === null ? '' : ` (skipped: ${noRedis})`}`,
  () => {
    const home = temporaryFolder()
    const folders = {
      datasets: join(home, 'datasets'),
      runs: join(home, 'runs'),
      models: join(home, 'models'),
    }
    let server: Awaited<ReturnType<typeof startRedis>>
    let worker: TestWorker
    let station: TestedStation

    beforeAll(async () => {
      for (const folder of Object.values(folders)) mkdirSync(folder)
      await saveGreyModel(join(folders.models, 'grey'))
      await makeStripedDataset({}, join(folders.datasets, 'striped'))
      server = await startRedis()
      const store = join(home, 'store')
      worker = startWorker(server.url, store)
      station = await openGreyStation({
        ...{ ...folders, model: join(folders.models, 'grey') },
        ...{ jobQueue: server.url, jobStore: store },
      })
    }, 60_000)
    afterAll(async () => {
      await worker?.stop()
      await server?.stop()
    })

    const details = new Set<string>()
    const ended = async (job: Job): Promise<JobRecord> => {
      const asked = await station.app.inject({ method: 'POST', url: '/v1/jobs', payload: job })
      const { id } = jobRecordSchema.parse(asked.json())
      const find = async () => jobRecordSchema.parse((await station.app.inject(`/v1/jobs/${id}`)).json())
      const isOver = async (): Promise<boolean> => {
        const { progress, endedAt } = await find()
        if (progress?.detail) details.add(progress.detail)
        return endedAt !== null
      }
      await expect.poll(isOver, { ...jobPatience, interval: 50 }).toBe(true)
      return find()
    }

    it(
      'are done by workers, who are counted in the progress',
      async () => {
        const record = await ended({
          ...{ kind: 'evaluate', dataset: 'striped', name: 'trial', folds: 2 },
          ...{ detector: 'patchcore', backbone: 'filterbank', size: '64' },
        })
        expect(record.error?.message ?? record.state).toBe('done')
        expect([...details].join('\n')).toMatch(/^1 worker, /m)
        expect(worker.notes.join('\n')).toMatch(/: fit: done[\s\S]*: judge: done/)
      },
      jobTimeout,
    )

    it(
      'fail with the reason of the queue, without its password',
      async () => {
        const lost = await openGreyStation({
          ...{ ...folders, model: join(folders.models, 'grey'), jobStore: join(home, 'store') },
          jobQueue: 'redis://:secret@127.0.0.1:1',
        })
        station = lost
        const record = await ended({ kind: 'check', dataset: 'striped' })
        expect(record.state).toBe('failed')
        expect(record.error?.message).toContain('127.0.0.1:1')
        expect(JSON.stringify(record)).not.toContain('secret')
      },
      jobTimeout,
    )
  },
)
