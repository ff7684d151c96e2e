/**
 * A PostgreSQL server of one's own for the tests of a file: a throwaway cluster behind a socket in a temporary folder, that no
 * other program sees and nobody has to set up. Tests skip, and say so, where PostgreSQL is not installed.
 */
import { execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, it } from 'vitest'

export interface PostgresServer {
  /** Address of a new, empty database. */
  newDatabase(): Promise<string>
  /** Ends all connections, as a restart of the server would. */
  dropConnections(): Promise<void>
  stop(): Promise<void>
}

/** Where Debian puts the server's programs, newest version first, then wherever the path finds them. */
function findPrograms(): string | null {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(root, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ]
  return (
    folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ??
    null
  )
}

export const postgresPrograms = findPrograms()

/** The server refuses to run as root: somebody who is nobody then. */
function otherUser(): Pick<SpawnOptions, 'uid' | 'gid'> {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string, name: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  const name = ['postgres', 'nobody'].find((each) => {
    try {
      return id('-u', each) > 0
    } catch {
      return false // no such user
    }
  })
  if (name === undefined) throw new Error('no user to run PostgreSQL as: neither postgres nor nobody')
  return { uid: id('-u', name), gid: id('-g', name) }
}

/** @throws {Error} It is not installed, or does not start: with what it said. */
export async function startPostgres(): Promise<PostgresServer> {
  if (postgresPrograms === null) throw new Error('PostgreSQL is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-pg-'))
  const user = otherUser()
  chmodSync(folder, 0o755)
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options: SpawnOptions = { ...user, cwd: folder, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } }
  execFileSync(
    join(postgresPrograms, 'initdb'),
    ['-D', data, '-U', 'plumbline', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'],
    { ...options, stdio: 'pipe' } as Parameters<typeof execFileSync>[2],
  )
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'max_connections=60',
  ]
  const server = spawn(
    join(postgresPrograms, 'postgres'),
    ['-D', data, ...settings.flatMap((each) => ['-c', each])],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  server.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4000)
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const address = (name: string): string =>
    `postgresql://plumbline@/${name}?host=${encodeURIComponent(folder)}`
  const admin = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: address('postgres') })
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  for (let tries = 0; ; tries++) {
    try {
      await admin((client) => client.query('select 1'))
      break
    } catch (cause) {
      if (tries >= 100 || server.exitCode !== null)
        throw new Error(`PostgreSQL did not start: ${said}`, { cause })
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  let databases = 0
  return {
    async newDatabase() {
      const name = `test_${databases++}`
      await admin((client) => client.query(`create database ${name}`))
      return address(name)
    },
    async dropConnections() {
      await admin((client) =>
        client.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()'),
      )
    },
    async stop() {
      server.kill('SIGQUIT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** `describe` with a server that runs while its tests do; skipped with a visible reason where there is none. */
export function describeWithPostgres(title: string, body: (server: () => PostgresServer) => void): void {
  if (postgresPrograms === null) {
    it.skip(`${title} [skipped: no PostgreSQL here]`)
    return
  }
  describe(title, () => {
    let server: PostgresServer | undefined
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server?.stop())
    body(() => {
      if (server === undefined) throw new Error('asked for before the tests run')
      return server
    })
  })
}
