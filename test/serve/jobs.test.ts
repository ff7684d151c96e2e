/** Jobs: described values in a queue, one at a time, cancelled, begun again after a restart; and one for real, in its own process. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRecords } from '../../src/records/open-records.ts'
import { datasetFolder, madeFolder } from '../../src/serve/jobs/job-folders.ts'
import { openJobQueue } from '../../src/serve/jobs/job-queue.ts'
import type { JobExecutor, JobOrder, JobWord, RunningJob } from '../../src/serve/jobs/local-executor.ts'
import { type Job, jobRecordSchema, jobSchema } from '../../src/wire/jobs.ts'
import type { StationEvent } from '../../src/wire/station/event.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { greyPng, openGreyStation } from './grey-station.ts'
import { jobPatience, jobTimeout } from './job-patience.ts'

/** Does nothing until it is told how a job ends. */
function fakeExecutor() {
  const started: {
    order: JobOrder
    hear: (word: JobWord) => void
    end: (word: Awaited<RunningJob['ended']>) => void
  }[] = []
  const executor: JobExecutor = {
    start(order, hear) {
      let end: (word: Awaited<RunningJob['ended']>) => void = () => {}
      const ended = new Promise<Awaited<RunningJob['ended']>>((resolve) => {
        end = resolve
      })
      started.push({ order, hear, end })
      return {
        ended,
        cancel: () => end({ kind: 'failed', code: 'CANCELLED', message: 'interrupted', stack: null }),
        kill: () => end({ kind: 'failed', code: 'BUG', message: 'killed', stack: null }),
      }
    },
  }
  return { executor, started }
}

async function openQueue(folder: string, executor: JobExecutor) {
  let id = 0
  const now = () => new Date('2026-01-01T00:00:00Z')
  const records = await openRecords({ folder, clock: now })
  const told: StationEvent[] = []
  const queue = await openJobQueue({
    ...{ notes: records.notes, executor, now, workers: null, sign: null },
    folders: { own: join(folder, 'datasets'), datasets: null, runs: null, models: null },
    newId: () => `${folder.length}-${id++}`,
    tell: (event) => void told.push(event),
    warn: () => {},
  })
  return { queue, told, records }
}
const check = (dataset: string): Job => ({ kind: 'check', dataset })

describe('the queue', () => {
  it('runs one after the other and tells how they go', async () => {
    const { executor, started } = fakeExecutor()
    const { queue, told, records } = await openQueue(temporaryFolder(), executor)
    const first = await queue.add(check('a'), 'anna')
    const second = await queue.add(check('b'), 'anna')
    await expect.poll(() => started.length).toBe(1)
    started[0]?.hear({ kind: 'progress', label: 'looking', unit: 'images', done: 3, total: 9, detail: null })
    expect(queue.find(first.id)).toMatchObject({
      state: 'running',
      starts: 1,
      progress: { done: 3, total: 9 },
    })
    expect(queue.find(second.id)).toMatchObject({ state: 'waiting' })
    started[0]?.end({ kind: 'done', result: { findings: 2 } })
    await expect.poll(() => started.length).toBe(2)
    expect(queue.find(first.id)).toMatchObject({ state: 'done', result: { findings: 2 } })
    started[1]?.end({ kind: 'failed', code: 'INPUT', message: 'b: is empty', stack: null })
    await expect.poll(() => queue.find(second.id)?.state).toBe('failed')
    expect(queue.find(second.id)?.error).toEqual({ code: 'INPUT', message: 'b: is empty' })
    await expect.poll(() => told.length).toBe(7)
    const states = told.flatMap((event) => (event.kind === 'job' ? [`${event.job} ${event.state}`] : []))
    expect(states.filter((text) => text.startsWith(second.id))).toEqual(
      ['waiting', 'running', 'failed'].map((state) => `${second.id} ${state}`),
    )
    await queue.stop()
    await records.close()
  })

  it('leaves out what was cancelled, and stops what runs', async () => {
    const { executor, started } = fakeExecutor()
    const { queue, records } = await openQueue(temporaryFolder(), executor)
    const first = await queue.add(check('a'), 'anna')
    const second = await queue.add(check('b'), 'anna')
    await expect.poll(() => started.length).toBe(1)
    expect(await queue.cancel(second.id)).toMatchObject({ state: 'cancelled' })
    await queue.cancel(first.id)
    await expect.poll(() => queue.find(first.id)?.state).toBe('cancelled')
    expect(started).toHaveLength(1)
    expect(await queue.cancel('nobody')).toBeUndefined()
    await queue.stop()
    await records.close()
  })

  it('begins what was running again after a restart', async () => {
    const folder = temporaryFolder()
    const before = fakeExecutor()
    const first = await openQueue(folder, before.executor)
    const { id } = await first.queue.add(check('a'), 'anna')
    await expect.poll(() => before.started.length).toBe(1)
    await first.queue.stop()
    await first.records.close()
    const after = fakeExecutor()
    const second = await openQueue(folder, after.executor)
    await expect.poll(() => after.started.length).toBe(1)
    expect(second.queue.find(id)).toMatchObject({ state: 'running', starts: 2 })
    after.started[0]?.end({ kind: 'done', result: {} })
    await expect.poll(() => second.queue.find(id)?.state).toBe('done')
    await second.queue.stop()
    await second.records.close()
  })
})

describe('a job', () => {
  it.each(['../x', '/etc', 'a/b', '.hidden', '..', 'a..b', '', 'a\u0000b'])('does not name %j', (dataset) => {
    expect(jobSchema.safeParse(check(dataset)).success).toBe(false)
  })

  it('finds its folders below those that the station was given', () => {
    const own = temporaryFolder()
    mkdirSync(join(own, 'here'))
    const folders = { own, datasets: null, runs: '/runs', models: null }
    expect(datasetFolder(folders, 'here')).toBe(join(own, 'here'))
    expect(() => datasetFolder(folders, 'there')).toThrow('there is no dataset there')
    expect(madeFolder(folders.runs, '--runs', 'r')).toBe('/runs/r')
    expect(() => madeFolder(folders.models, '--models', 'm')).toThrow('without --models')
  })

  it(
    'runs in a process of its own, slower than inspection, and says what came of it',
    async () => {
      const datasets = temporaryFolder()
      mkdirSync(join(datasets, 'parts', 'good'), { recursive: true })
      for (let i = 0; i < 8; i++)
        writeFileSync(join(datasets, 'parts', 'good', `${i}.png`), await greyPng(100 + i, 32, 32))
      // what the demonstration leaves lies side by side
      for (const [name, file] of Object.entries({ model: 'model.json', run: 'evaluation.json' })) {
        mkdirSync(join(datasets, name))
        writeFileSync(join(datasets, name, file), '{}')
      }
      const station = await openGreyStation({ datasets })
      const post = (payload: object) => station.app.inject({ method: 'POST', url: '/v1/jobs', payload })
      const nowhere = await post({ kind: 'check', dataset: 'nowhere' })
      expect([nowhere.statusCode, nowhere.json().code]).toEqual([404, 'NO_DATASET'])
      expect((await post({ kind: 'train', dataset: 'parts', name: 'm' })).json()).toMatchObject({
        status: 409,
        code: 'NO_FOLDER',
      })
      expect((await post({ kind: 'sing' })).statusCode).toBe(400)
      const added = jobRecordSchema.parse((await post({ kind: 'check', dataset: 'parts' })).json())
      expect(added.manners.niceness).toBe(10)
      const find = async () => (await station.app.inject(`/v1/jobs/${added.id}`)).json()
      await expect.poll(async () => (await find()).state, jobPatience).toBe('done')
      expect((await find()).result).toMatchObject({ findings: expect.any(Number) })
      expect((await station.app.inject('/v1/datasets')).json()).toEqual([{ name: 'parts', exported: false }])
    },
    jobTimeout,
  )
})
