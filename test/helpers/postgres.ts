/**
 * A PostgreSQL server of one's own for the tests of a file: a throwaway cluster behind a socket in a temporary folder, that no
 * other program sees and nobody has to set up. Tests skip, and say so, where PostgreSQL is not installed.
 */
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, it } from 'vitest'

export interface PostgresServer {
  /** Of the database that every cluster begins with. */
  readonly url: string
  /** Address of a new, empty database. */
  newDatabase(): Promise<string>
  /** Ends all connections, as a restart of the server would. */
  dropConnections(): Promise<void>
  /** As a power cut would. */
  kill(): Promise<void>
  /** On the same files. */
  start(): Promise<void>
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

/**
 * @param more - Further settings; by default nothing waits for the disk.
 * @param place - Folder in which its own is made.
 * @throws {Error} It is not installed, or does not start: with what it said.
 */
export async function startPostgres(
  more: readonly string[] = ['fsync=off'],
  place = tmpdir(),
): Promise<PostgresServer> {
  const programs = postgresPrograms
  if (programs === null) throw new Error('PostgreSQL is not installed')
  const folder = mkdtempSync(join(place, 'plumbline-pg-'))
  const user = otherUser()
  chmodSync(folder, 0o755)
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options: SpawnOptions = { ...user, cwd: folder, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' } }
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'plumbline', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'],
    { ...options, stdio: 'pipe' } as Parameters<typeof execFileSync>[2],
  )
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'max_connections=60', ...more]
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
  let server: ChildProcess | undefined
  const start = async (): Promise<void> => {
    let said = ''
    for (let tries = 0; tries < 20; tries++) {
      const begun = spawn(
        join(programs, 'postgres'),
        ['-D', data, ...settings.flatMap((each) => ['-c', each])],
        { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
      )
      server = begun
      begun.stderr?.on('data', (chunk) => {
        said = `${said}${chunk}`.slice(-4000)
      })
      for (let i = 0; i < 100 && begun.exitCode === null; i++) {
        const isUp = await admin((client) => client.query('select 1')).then(
          () => true,
          () => false,
        )
        if (isUp) return
        await sleep(100)
      }
      await end('SIGQUIT')
      await sleep(500) // those that served the one that was killed may still hold its memory
    }
    throw new Error(`PostgreSQL did not start: ${said}`)
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = server
    server = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await ended
  }
  await start()
  let databases = 0
  return {
    url: address('postgres'),
    start,
    kill: () => end('SIGKILL'),
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
      await end('SIGQUIT')
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
