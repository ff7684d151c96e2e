import { getEventListeners } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  CancelledError,
  InputError,
  ModelError,
  PlumblineError,
  StatisticalError,
  UsageError,
} from '../../src/errors.ts'
import { isSystemError } from '../../src/files/atomic.ts'
import { LossError } from '../../src/graph/training-update.ts'
import { quietTask } from '../../src/task.ts'
import { carryError, reviveError } from '../../src/threads/carried-error.ts'
import { createLocalPool, createWorkerPool, type WorkerPool } from '../../src/threads/worker-pool.ts'

const work = (job: number): number => {
  if (job === 13) throw new InputError('thirteen', 'is unlucky')
  return job ** 2
}

describe.each<[string, () => WorkerPool<number, number>]>([
  ['threads', () => createWorkerPool(import.meta.url, 'square-worker', 2, { power: 2 })],
  ['no thread', () => createLocalPool(work)],
])('a pool of %s', (_, create) => {
  it('does every job and gives each its own result', async () => {
    const pool = create()
    const jobs = Array.from({ length: 9 }, (_, i) => i)
    expect(await Promise.all(jobs.map((job) => pool.run(job)))).toEqual(jobs.map((job) => job ** 2))
    await pool.close()
  })

  it('rejects a job that fails with the error it threw, and goes on', async () => {
    const pool = create()
    const [bad, good] = await Promise.allSettled([pool.run(13), pool.run(4)])
    expect(bad).toMatchObject({ status: 'rejected', reason: { path: 'thirteen', code: 'INPUT' } })
    expect((bad as PromiseRejectedResult).reason).toBeInstanceOf(InputError)
    expect((bad as PromiseRejectedResult).reason.message).toBe('thirteen: is unlucky')
    expect(good).toEqual({ status: 'fulfilled', value: 16 })
    await pool.close()
  })
})

it('rejects what is still asked for when a thread dies', async () => {
  const pool = createWorkerPool<number, number>(import.meta.url, 'square-worker', 1, { power: 2 })
  const asked = [pool.run(-1), pool.run(2)]
  for (const outcome of await Promise.allSettled(asked)) {
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringMatching('code 7') },
    })
  }
  await expect(pool.run(3)).rejects.toThrow('code 7')
  await pool.close()
})

it('brings out what a job says and the signal in', async () => {
  const pool = createWorkerPool<number, number>(import.meta.url, 'square-worker', 1, { power: 2 })
  const stop = new AbortController()
  const said: string[] = []
  const task = {
    signal: stop.signal,
    note: (message: string) => said.push(message),
    progress: (label: string, unit: string) => ({
      update(done: number, total: number | null, detail?: string) {
        if (done === 1) said.push(`${label} ${done}/${total} ${unit}, ${detail}`)
        if (done === 3) stop.abort()
      },
      end: () => said.push('end'),
    }),
  }
  const counting = pool.run(-2, task)
  const waiting = pool.run(5, task)
  await expect(counting).rejects.toBeInstanceOf(CancelledError)
  await expect(waiting).rejects.toBeInstanceOf(CancelledError)
  expect(said).toEqual(['begun', 'counting 1/null turns, for ever', 'end'])
  expect(await pool.run(3, quietTask)).toBe(9)
  await pool.close()
})

it('listens once to the signal of many jobs, and stops them all', async () => {
  const pool = createWorkerPool<number, number>(import.meta.url, 'square-worker', 3, { power: 2 })
  const stop = new AbortController()
  const task = { ...quietTask, signal: stop.signal }
  const counting = [pool.run(-2, task), pool.run(-2, task), pool.run(-2, task)]
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1)
  stop.abort()
  for (const outcome of await Promise.allSettled(counting)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: new CancelledError() })
  }
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0)
  await pool.close()
})

it.each([
  new InputError('a file', 'is bad'),
  new ModelError('a model', 'is bad'),
  new UsageError('not so'),
  new StatisticalError('too few'),
  new CancelledError(),
  new RangeError('a bug'),
])('carries %s', (error) => {
  const revived = reviveError(structuredClone(carryError(error)))
  const { message, stack } = error
  expect(revived).toMatchObject({ message, stack })
  expect(revived.constructor).toBe(error instanceof RangeError ? Error : error.constructor)
})

it('carries an error of the system, which is then told as one', async () => {
  const missing = join(import.meta.dirname, 'no such file')
  const error: unknown = await readFile(missing).catch((thrown: unknown) => thrown)
  const revived = reviveError(structuredClone(carryError(error)))
  expect(isSystemError(revived)).toBe(true)
  expect(revived).toMatchObject({ code: 'ENOENT', syscall: 'open', path: missing })
})

it('carries the name of an error that is not of ours', () => {
  const stopped = new DOMException('stopped', 'AbortError')
  expect(reviveError(structuredClone(carryError(stopped)))).toMatchObject({ name: 'AbortError' })
})

it('carries what is ours of any class as ours, by its code', () => {
  const lost = new LossError('csflow', 3, 'loss', Number.NaN)
  const revived = reviveError(structuredClone(carryError(lost)))
  expect(revived).toBeInstanceOf(PlumblineError)
  const { name, message, stack, code } = lost
  expect(revived).toMatchObject({ name, message, stack, code })
})
