/** A Redis of a test's own: a free port, a folder, no memory of others. Tests skip, and say so, where there is no redis-server. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Why tests that need a Redis cannot run; null where they can. */
export const noRedis: string | null =
  spawnSync('redis-server', ['--version']).status === 0 ? null : 'redis-server is not installed'

export interface TestRedis {
  readonly url: string
  readonly port: number
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** On the same port and folder: what it had written is there again. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** @param more - Further settings, e.g. `['--maxmemory', '2mb']`. */
export async function startRedis(more: readonly string[] = [], bind = '127.0.0.1'): Promise<TestRedis> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-redis-'))
  let server: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const settings = [
      '--port',
      port,
      '--bind',
      bind,
      '--dir',
      folder,
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
    ]
    const rest = ['--save', '', '--loglevel', 'warning', '--protected-mode', 'no', ...more]
    server = spawn('redis-server', [...settings, ...rest].map(String), { stdio: 'ignore' })
    for (let i = 0; i < 200; i++) {
      if (await answers(port, bind)) return
      await sleep(50)
    }
    throw new Error(`redis-server does not answer on port ${port}`)
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
    url: `redis://${bind}:${port}`,
    port,
    start,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function answers(port: number, host: string): Promise<boolean> {
  const { connect } = await import('node:net')
  return new Promise((resolve) => {
    const socket = connect(port, host)
    const end = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
