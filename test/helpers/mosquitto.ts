/** A broker of one's own: Mosquitto on a free port of this machine, started and stopped as a test likes. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

export const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface Mosquitto {
  readonly url: string
  readonly port: number
  start(): Promise<void>
  /** Kills it: nobody is told goodbye. */
  kill(): Promise<void>
}

/** @param lines - Of its configuration, besides the port. */
export async function mosquitto(lines: readonly string[] = ['allow_anonymous true']): Promise<Mosquitto> {
  const port = await freePort()
  const path = join(temporaryFolder(), 'mosquitto.conf')
  // Started by root it would become another user, who cannot read the files of a test.
  const asRoot = process.getuid?.() === 0 ? ['user root'] : []
  writeFileSync(path, [`listener ${port} 127.0.0.1`, 'log_type error', ...asRoot, ...lines, ''].join('\n'))
  let running: ChildProcess | null = null
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    async start() {
      running = spawn('mosquitto', ['-c', path], { stdio: 'ignore' })
      while (!(await listens(port))) {
        if (running.exitCode !== null) throw new Error(`mosquitto ended with ${running.exitCode}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    async kill() {
      const ending = running
      running = null
      if (ending === null || ending.exitCode !== null) return
      await new Promise((resolve) => {
        ending.once('exit', resolve)
        ending.kill('SIGKILL')
      })
    },
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
