/** A station as users run it: a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export interface StationProcess {
  readonly address: string
  /** From the start of the process until it was ready. */
  readonly readyMs: number
  readonly child: ChildProcess
  /** Ends it at once, as a power cut would; resolves when it is gone. */
  kill(): Promise<void>
  /** Asks it to end. @returns Its exit code. */
  stop(): Promise<number | null>
  readonly errors: () => string
}

export interface ProcessOptions {
  /** By how much its clock is wrong; it then can be set back an hour by SIGUSR2. Absent for the clock of the machine. */
  readonly clockShiftMs?: number
  /** What `npm run build` made, as it is installed; default the sources. */
  readonly isBuilt?: boolean
}

const root = join(import.meta.dirname, '../..')

/** @throws It ended before it was ready, with what it said. */
export async function startStation(
  argv: readonly string[],
  { clockShiftMs, isBuilt = false }: ProcessOptions = {},
): Promise<StationProcess> {
  const started = performance.now()
  const program = isBuilt
    ? [join(root, 'dist/cli/bin.js')]
    : ['--import', import.meta.resolve('tsx'), join(root, 'src/cli/bin.ts')]
  const clock = clockShiftMs === undefined ? [] : ['--import', join(import.meta.dirname, 'set-clock.mjs')]
  const child = spawn(process.execPath, [...clock, ...program, 'serve', '--port', '0', ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...(clockShiftMs !== undefined && { PLUMBLINE_CLOCK_SHIFT: `${clockShiftMs}` }) },
  })
  let errors = ''
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (data: Buffer) => {
      errors = `${errors}${data}`.slice(-20_000)
      const match = /answers at (\S+);/.exec(errors)
      if (match?.[1] !== undefined) resolve(match[1])
    })
    void gone.then((code) => reject(new Error(`the station ended with code ${code}: ${errors}`)))
  })
  return {
    address,
    readyMs: performance.now() - started,
    child,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    stop() {
      child.kill('SIGTERM')
      return gone
    },
    errors: () => errors,
  }
}
