import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { openEngine } from '../../src/queue/open-engine.ts'
import { openServer } from '../../src/queue/server.ts'
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

  it('says that it is full, and goes on when it no longer is', async () => {
    const redis = await startRedis(['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction'])
    const engine = await openEngine(redis.url, 'full', quietTask)
    try {
      const label = 'x'.repeat(2000)
      const jobs = Array.from({ length: 3000 }, (_, i) => ({ id: `job${i}`, kind: 'fit', label, tries: 1 }))
      await expect(engine.add(jobs)).rejects.toThrow(/is full \(maxmemory\)/)
    } finally {
      await engine.close()
      await redis.stop()
    }
  }, 60_000)

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
