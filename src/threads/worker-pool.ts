/**
 * A few threads that do jobs of one kind, one each at a time.
 *
 * A worker's file is named by its URL without extension, beside its caller: compiled, it is JavaScript; in a checkout it is
 * TypeScript, which a thread does not inherit a loader for, so a small JavaScript file registers tsx first. The thread's side is
 * `serve-jobs.ts`.
 */
import { Worker } from 'node:worker_threads'
import { present } from '../present.ts'
import { type CarriedError, reviveError } from './carried-error.ts'
import { entryBeside } from './fork-beside.ts'

export interface WorkerPool<Job, Result> {
  /** Jobs wait for a free thread in the order in which they came. */
  run(job: Job): Promise<Result>
  /** Ends the threads; jobs still asked for are rejected. */
  close(): Promise<void>
}

/** What a thread answers. */
export type Reply<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly error: CarriedError }

/** No thread at all: every job is done in this one. */
export function createLocalPool<Job, Result>(
  work: (job: Job) => Result | Promise<Result>,
): WorkerPool<Job, Result> {
  return {
    async run(job) {
      await new Promise((resolve) => setImmediate(resolve)) // lets a signal through between jobs
      return work(job)
    },
    async close() {},
  }
}

interface Waiting<Job, Result> {
  readonly job: Job
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

/**
 * @param caller - `import.meta.url` of the file that the worker's file lies beside.
 * @param name - Name of the worker's file without extension.
 * @param data - Given to every thread once, as `workerData.data`.
 */
export function createWorkerPool<Job, Result>(
  caller: string,
  name: string,
  workers: number,
  data: unknown = null,
): WorkerPool<Job, Result> {
  const threads = Array.from({ length: workers }, () => startWorker(caller, name, data))
  const idle = [...threads]
  const waiting: Waiting<Job, Result>[] = []
  const running = new Map<Worker, Waiting<Job, Result>>()
  let failure: unknown = null

  const next = (): void => {
    while (idle.length > 0 && waiting.length > 0) {
      const thread = present(idle.pop(), 'a thread without work')
      const asked = present(waiting.shift(), 'a job that waits')
      running.set(thread, asked)
      thread.postMessage(asked.job)
    }
  }
  const fail = (reason: unknown): void => {
    failure ??= reason
    for (const asked of [...running.values(), ...waiting.splice(0)]) asked.reject(failure)
    running.clear()
  }
  for (const thread of threads) {
    thread.on('message', (reply: Reply<Result>) => {
      const asked = running.get(thread)
      running.delete(thread)
      idle.push(thread)
      if (reply.ok) asked?.resolve(reply.result)
      else asked?.reject(reviveError(reply.error))
      next()
    })
    thread.on('error', fail)
    thread.on('exit', (code) => fail(new Error(`a thread of ${name} ended with code ${code}`)))
  }
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure)
        waiting.push({ job, resolve, reject })
        next()
      }),
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()))
    },
  }
}

function startWorker(caller: string, name: string, data: unknown): Worker {
  const { entry, isSource } = entryBeside(caller, name)
  if (!isSource) return new Worker(entry, { workerData: { data } })
  const bootstrap = new URL('./typescript-worker.mjs', import.meta.url)
  return new Worker(bootstrap, { workerData: { entry: entry.href, data }, execArgv: [] })
}
