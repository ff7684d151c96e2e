import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { openServer } from '../../src/queue/server.ts'
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
