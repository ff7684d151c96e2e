import { networkInterfaces } from 'node:os'
import { Redis } from 'ioredis'
import { describe, expect, it, vi } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { openEngine } from '../../src/queue/open-engine.ts'
import { openServer } from '../../src/queue/server.ts'
import { JobError, type TakingOptions, takeJobs } from '../../src/queue/take-jobs.ts'
import { quietTask } from '../../src/task.ts'
import { noRedis, startRedis } from '../helpers/redis.ts'
import { describeJobs } from './jobs.ts'

describeJobs('Redis', noRedis, async () => {
  const { url, port, stop } = await startRedis()
  return { url, target: port, through: (near) => `redis://127.0.0.1:${near}`, stop }
})

const why = noRedis === null ? '' : ` (skipped: ${noRedis})`

describe.skipIf(noRedis !== null)(`a Redis that cannot be used${why}`, () => {
  const refusal = (url: string) =>
    openServer(url).then(
      () => null,
      (error: unknown) => error,
    )

  it('says that the password is wrong, and never the password', async () => {
    const redis = await startRedis(['--requirepass', 'right'])
    try {
      for (const words of [':wrong@', '']) {
        const error = await refusal(redis.url.replace('//', `//${words}`))
        expect(error).toBeInstanceOf(InputError)
        expect(String(error)).toContain('refuses the password')
        expect(String(error)).not.toContain('wrong@')
      }
      await (await openServer(redis.url.replace('//', '//:right@'))).close()
    } finally {
      await redis.stop()
    }
  }, 30_000)

  it('says that nothing answers', async () => {
    expect(String(await refusal('redis://127.0.0.1:1'))).toContain('cannot be reached')
    expect(String(await refusal('redis://nobody.invalid'))).toContain('no such host')
  }, 30_000)

  const [own] = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
  it.skipIf(own === undefined)(
    `says why it takes nothing from other machines${own === undefined ? ' (skipped: no network)' : ''}`,
    async () => {
      const redis = await startRedis(['--protected-mode', 'yes'], '0.0.0.0')
      try {
        const error = await refusal(`redis://${own?.address}:${redis.port}`)
        expect(error).toBeInstanceOf(InputError)
        expect(String(error)).toMatch(/takes none from other machines.*give it one/)
      } finally {
        await redis.stop()
      }
    },
    30_000,
  )

  it('says that it is full, to submitters and workers, and both go on when it no longer is', async () => {
    const redis = await startRedis(['--maxmemory-policy', 'noeviction'])
    const admin = new Redis(redis.url)
    const engine = await openEngine(redis.url, 'full', quietTask)
    const notes: string[] = []
    const begun: string[] = []
    let isFull: Promise<unknown> | undefined
    const taking = await takeJobs({
      ...{ url: redis.url, lane: 'full', name: 'w', jobs: 1, lockSeconds: 3 },
      async work({ id }) {
        begun.push(id)
        isFull ??= admin.config('SET', 'maxmemory', '1')
        await isFull // as soon as somebody is at work
        return `of ${id}`
      },
      onRecorded: async () => {},
      onNote: (message) => void notes.push(message),
    })
    try {
      await engine.add([{ id: 'first', kind: 'fit', label: 'first', tries: 1 }])
      await vi.waitUntil(() => notes.length > 0, { timeout: 30_000 })
      expect(notes.join()).toContain('is full (maxmemory)')
      const jobs = Array.from({ length: 20 }, (_, i) => ({ id: `job${i}`, kind: 'fit', label: '', tries: 1 }))
      const error = await engine.add(jobs).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(InputError)
      expect(String(error)).toMatch(/redis:.*is full \(maxmemory\): give it more.*the same command goes on/)
      await admin.config('SET', 'maxmemory', '0')
      await engine.add(jobs)
      const all = ['first', ...jobs.map(({ id }) => id)]
      for (const id of all) {
        const isDone = async () => (await engine.state(id)).state === 'done'
        await vi.waitUntil(isDone, { timeout: 60_000 })
        expect(await engine.state(id)).toMatchObject({ result: `of ${id}` })
      }
      expect(new Set(begun).size).toBe(all.length)
      expect(notes.filter((note) => note.includes('is full')).length).toBeLessThan(5) // not at every try
    } finally {
      await taking.close(true)
      await engine.close()
      admin.disconnect()
      await redis.stop()
    }
  }, 120_000)

  it('has what failed where the clock is minutes ahead tried again at once by others', async () => {
    const redis = await startRedis()
    const engine = await openEngine(redis.url, 'skew', quietTask)
    const worker = (name: string, work: TakingOptions['work']) =>
      takeJobs({
        ...{ url: redis.url, lane: 'skew', name, jobs: 1, lockSeconds: 3, work },
        onRecorded: async () => {},
        onNote: () => {},
      })
    const real = Date.now
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() + 600_000)
    try {
      await engine.add([{ id: 'a', kind: 'fit', label: 'a', tries: 2 }])
      let leave = () => {}
      const left = new Promise<void>((resolve) => {
        leave = resolve
      })
      const ahead = await worker('ahead', async () => {
        leave()
        throw new JobError({ kind: 'crash', code: 'BUG', message: 'once' })
      })
      await left
      await ahead.close(false)
      clock.mockRestore()
      const behind = await worker('behind', async () => 'well')
      const isDone = async () => (await engine.state('a')).state === 'done'
      await vi.waitUntil(isDone, { timeout: 60_000 })
      await behind.close(false)
    } finally {
      clock.mockRestore()
      await engine.close()
      await redis.stop()
    }
  }, 120_000)

  it('is waited for while it starts again, with the jobs it had', async () => {
    const redis = await startRedis()
    const engine = await openEngine(redis.url, 'again', quietTask)
    try {
      await engine.add([{ id: 'a', kind: 'fit', label: 'a', tries: 1 }])
      await redis.kill()
      const state = engine.state('a')
      setTimeout(() => void redis.start(), 1500)
      expect(await state).toEqual({ state: 'waiting' })
    } finally {
      await engine.close()
      await redis.stop()
    }
  }, 60_000)
})
