import { writeFileSync } from 'node:fs'
import pg from 'pg'
import { describe, expect, it, vi } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { openServer } from '../../src/queue/server.ts'
import { takeJobs } from '../../src/queue/take-jobs.ts'
import { postgresPrograms, startPostgres } from '../helpers/postgres.ts'
import { describeJobs } from './jobs.ts'

const missing = postgresPrograms === null ? 'PostgreSQL is not installed' : null
const why = missing === null ? '' : ` (skipped: ${missing})`

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

  it.skipIf(missing !== null)(
    `says that the password is wrong, and never the password${why}`,
    async () => {
      const server = await startPostgres()
      try {
        const client = new pg.Client({ connectionString: server.url })
        await client.connect()
        await client.query("ALTER ROLE plumbline PASSWORD 'right'")
        const { rows } = await client.query('SHOW hba_file')
        writeFileSync(rows[0].hba_file, 'local all all scram-sha-256\n')
        await client.query('SELECT pg_reload_conf()')
        await client.end()
        const refusal = (password: string) =>
          openServer(server.url.replace('plumbline@', `plumbline${password}@`)).then(
            (opened) => opened.close(),
            (error: unknown) => error,
          )
        await vi.waitUntil(() => refusal(':wrong'), { timeout: 20_000 }) // read by now
        for (const password of [':wrong', '']) {
          const error = await refusal(password)
          expect(error).toBeInstanceOf(InputError)
          expect(String(error)).toMatch(
            /postgresql:\/\/plumbline@.* refuses the password: give it in the URL/,
          )
          expect(String(error)).not.toContain('wrong')
        }
        expect(await refusal(':right')).toBeUndefined()
      } finally {
        await server.stop()
      }
    },
    60_000,
  )
})

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
