import { describe, expect, it, vi } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { openServer } from '../../src/queue/server.ts'
import { takeJobs } from '../../src/queue/take-jobs.ts'
import { postgresPrograms, startPostgres } from '../helpers/postgres.ts'
import { describeJobs } from './jobs.ts'

const missing = postgresPrograms === null ? 'PostgreSQL is not installed' : null

describeJobs('PostgreSQL', missing, async () => {
  const server = await startPostgres()
  const url = await server.newDatabase()
  const [, name = '', folder = ''] = /\/([^/?]+)\?host=(.*)$/.exec(url) ?? []
  return {
    url,
    target: `${decodeURIComponent(folder)}/.s.PGSQL.5432`,
    through: (port) => `postgresql://plumbline@127.0.0.1:${port}/${name}`,
    stop: () => server.stop(),
  }
})

describe('a PostgreSQL that cannot be used', () => {
  it('is named, with what is wrong', async () => {
    const error = await openServer('postgres://me:secret@127.0.0.1:1/jobs').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InputError)
    expect(String(error)).toContain('postgres://me@127.0.0.1:1/jobs: cannot be reached')
  }, 30_000)
})

const why = missing === null ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== null)(`a worker whose clock is not the server's${why}`, () => {
  it.each([
    [300, 'ahead of'],
    [-300, 'behind'],
  ])(
    'is refused by PostgreSQL, and told by how much (%s s)',
    async (seconds, words) => {
      const server = await startPostgres()
      const now = performance.now.bind(performance)
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 1000 * seconds)
      try {
        const nobody = { work: async () => '', onRecorded: async () => {}, onNote: () => {} }
        const url = await server.newDatabase()
        const taking = takeJobs({ url, lane: 'skew', name: 'w', jobs: 1, lockSeconds: 15, ...nobody })
        const error = await taking.catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(InputError)
        expect(String(error)).toMatch(new RegExp(`this machine's is (299|300|301) s ${words} the server's`))
        expect(String(error)).toContain('--lock-seconds above')
      } finally {
        clock.mockRestore()
        await server.stop()
      }
    },
    60_000,
  )
})
