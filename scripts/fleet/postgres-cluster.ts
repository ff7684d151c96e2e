/** A PostgreSQL that can be killed and started again on the same files. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { postgresPrograms } from '../../test/helpers/postgres.ts'

export interface Cluster {
  readonly url: string
  /** As a power cut would. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** @throws {Error} It is not installed, or does not start. */
export async function startCluster(): Promise<Cluster> {
  if (postgresPrograms === null) throw new Error('PostgreSQL is not installed')
  const programs = postgresPrograms
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-pg-'))
  const isRoot = process.getuid?.() === 0
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const user = isRoot ? { uid: id('-u'), gid: id('-g') } : {}
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'plumbline', '-A', 'trust'], {
    ...user,
    cwd: folder,
    stdio: 'pipe',
  })
  const url = `postgresql://plumbline@/postgres?host=${encodeURIComponent(folder)}`
  let server: ChildProcess | undefined
  const start = async (): Promise<void> => {
    for (let tries = 0; tries < 20; tries++) {
      // Those that served the one that was killed may still hold its memory.
      server = spawn(
        join(programs, 'postgres'),
        ['-D', data, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`],
        { ...user, cwd: folder, stdio: 'ignore' },
      )
      for (let i = 0; i < 60 && server.exitCode === null; i++) {
        if (await answers(url)) return
        await sleep(100)
      }
      server.kill('SIGQUIT')
      await sleep(500)
    }
    throw new Error('PostgreSQL does not start')
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = server
    server = undefined
    if (running === undefined || running.exitCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await ended
  }
  await start()
  return {
    url,
    start,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 })
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {}) // it never began
  }
}
