/** An evaluation over a queue while workers, and the server of the queue, are killed at random: what came of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '../../src/math/random.ts'
import type { EvaluateOptions } from '../../src/options/requests/evaluate.ts'
import { evaluateDataset } from '../../src/pipeline.ts'
import { quietTask } from '../../src/task.ts'
import type { Evaluation } from '../../src/wire/evaluation.ts'

export interface KillPlan {
  readonly options: EvaluateOptions & { readonly queue: string; readonly store: string }
  /** Folder for the workers' own files. */
  readonly folder: string
  readonly workers: number
  readonly kills: number
  /** Kills and starts the server again. */
  readonly restartServer: () => Promise<void>
  readonly serverKills: number
  /** Milliseconds between two kills, drawn between half of it and one and a half. */
  readonly pauseMs: number
  readonly seed: number
  readonly tell?: (line: string) => void
}

export interface KillOutcome {
  readonly evaluation: Evaluation
  /** Kills that were carried out before all was done. */
  readonly kills: number
  readonly serverKills: number
  readonly seconds: number
}

const root = join(import.meta.dirname, '../..')

export function spawnWorker(
  queue: string,
  store: string,
  own: string,
  prefix: readonly string[] = [],
): ChildProcess {
  const words = [
    '--import',
    'tsx',
    join(root, 'src/cli/bin.ts'),
    'worker',
    '--queue',
    queue,
    '--store',
    store,
    '--cache',
    own,
    '--lock-seconds',
    '5',
  ]
  const [program = '', ...more] = [...prefix, process.execPath, ...words]
  return spawn(program, more, { cwd: root, stdio: 'ignore', detached: true })
}

/** The worker and the process it does its steps in, as a power cut would end both. */
export function killWorker({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // ended by itself
  }
}

export async function killRun(plan: KillPlan): Promise<KillOutcome> {
  const { options, folder, tell = () => {} } = plan
  const random = createRandom(plan.seed, 'kill')
  const started = performance.now()
  const crew = Array.from({ length: plan.workers }, (_, i) =>
    spawnWorker(options.queue, options.store, join(folder, `own-${i}`)),
  )
  let [kills, serverKills, isOver] = [0, 0, false]
  const killing = (async () => {
    const events = random.shuffleInPlace([
      ...Array(plan.kills).fill('worker'),
      ...Array(plan.serverKills).fill('server'),
    ])
    for (const event of events) {
      await sleep(plan.pauseMs * (0.5 + random.uniform()))
      if (isOver) return
      if (event === 'server') {
        tell('kill the server')
        await plan.restartServer()
        serverKills++
      } else {
        const i = random.integer(crew.length)
        tell(`kill worker ${i}`)
        killWorker(crew[i]!)
        crew[i] = spawnWorker(options.queue, options.store, join(folder, `own-${i}`))
        kills++
      }
    }
  })()
  try {
    const evaluation = await evaluateDataset(options, { ...quietTask, note: tell })
    isOver = true
    await killing
    return { evaluation, kills, serverKills, seconds: (performance.now() - started) / 1000 }
  } finally {
    isOver = true
    for (const worker of crew) killWorker(worker)
  }
}

/** Everything that may not differ between a run on one machine and one over a queue. */
export function lastingBytes({
  createdAt: _,
  seconds: __,
  environment: ___,
  folds,
  ...rest
}: Evaluation): string {
  return JSON.stringify({ ...rest, folds: folds.map(({ seconds: _, ...fold }) => fold) })
}

/** By step: how often a result was recorded in the store. @throws {Error} A record is no record, or of another step. */
export function countRecorded(store: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const entry of readdirSync(join(store, 'results'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const { step } = JSON.parse(readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    if (`${step}.json` !== entry.name) throw new Error(`${entry.name} records ${step}`)
    counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  return counts
}
