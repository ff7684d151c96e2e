/** Workers in this process, each with its second process, and the servers that tests run over. */
import { join } from 'node:path'
import type { WorkerOptions } from '../../../src/options/requests/worker.ts'
import { workForOthers } from '../../../src/run/fleet/work-for-others.ts'
import { quietTask, type Task } from '../../../src/task.ts'
import type { Evaluation } from '../../../src/wire/evaluation.ts'
import { postgresPrograms, startPostgres } from '../../helpers/postgres.ts'
import { noRedis, startRedis } from '../../helpers/redis.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

export interface QueueOfTest {
  readonly name: string
  /** Why it cannot be started here; null where it can. */
  readonly missing: string | null
  start(): Promise<{ readonly url: string; stop(): Promise<void> }>
}

export const redisQueue: QueueOfTest = { name: 'Redis', missing: noRedis, start: () => startRedis() }

export const postgresQueue: QueueOfTest = {
  name: 'PostgreSQL',
  missing: postgresPrograms === null ? 'PostgreSQL is not installed' : null,
  async start() {
    const server = await startPostgres()
    return { url: await server.newDatabase(), stop: () => server.stop() }
  },
}

/** For the title of what is skipped. */
export const skipped = ({ missing }: QueueOfTest): string =>
  missing === null ? '' : ` (skipped: ${missing})`

/** Loads a module before every process that is started from here. @returns What takes it back. */
export function preload(module: URL): () => void {
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `--import ${module.href}`
  return () => {
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
  }
}

export interface TestWorker {
  readonly notes: readonly string[]
  /** Until it has ended. */
  stop(): Promise<void>
}

export function startWorker(queue: string, store: string, more: Partial<WorkerOptions> = {}): TestWorker {
  const notes: string[] = []
  const told = new AbortController()
  const task: Task = { ...quietTask, signal: told.signal, note: (message) => void notes.push(message) }
  const ended = workForOthers({ queue, store, cache: join(temporaryFolder(), 'own'), ...more }, task)
  ended.catch((error: unknown) => void notes.push(String(error)))
  return {
    notes,
    async stop() {
      told.abort()
      await ended.catch(() => {}) // told in the notes
    },
  }
}

/** Everything that may not differ between a run here and one over a queue. */
export function lasting({ createdAt, seconds, environment, folds, ...rest }: Evaluation): string {
  return JSON.stringify({ ...rest, folds: folds.map(({ seconds: _, ...fold }) => fold) })
}

/** A task that remembers what it was told. */
export function heardTask(signal = quietTask.signal): Task & { readonly notes: string[] } {
  const notes: string[] = []
  return { ...quietTask, signal, note: (message) => void notes.push(message), notes }
}
