/** One command of Plumbline in a process of its own: how long it took, how much memory it had at most, what it printed. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Measured {
  readonly seconds: number
  /** Of all threads, user and system. */
  readonly processorSeconds: number
  /** Largest resident set, MiB. */
  readonly peakMiB: number
  readonly json: unknown
}

const runner = fileURLToPath(new URL('run-command.ts', import.meta.url))

/** @param argv - Words after `plumbline`; `--json --quiet` are added. */
export async function measureCommand(argv: readonly string[]): Promise<Measured> {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), runner, ...argv, '--json', '--quiet'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let out = ''
  child.stdout.on('data', (data) => {
    out += data
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`plumbline ${argv.join(' ')}: exit code ${code}`)
  const [document, figures] = out.split('\u0000') as [string, string]
  return { json: JSON.parse(document), ...JSON.parse(figures) }
}
