/**
 * A few threads that do jobs of one kind, one each at a time.
 *
 * A worker's file is named by its URL without extension, beside its caller: compiled, it is JavaScript; in a checkout it is
 * TypeScript, which a thread does not inherit a loader for, so a small JavaScript file registers tsx first. The thread's side is
 * `serve-jobs.ts`.
 */
import { Worker } from 'node:worker_threads'
import { CancelledError } from '../errors.ts'
import { present } from '../present.ts'
import { checkCancelled, quietTask, type Task } from '../task.ts'
import { type CarriedError, reviveError } from './carried-error.ts'
import { hearTalk, type Talk } from './carried-task.ts'
import { entryBeside } from './fork-beside.ts'
import { type HeapRoom, withHeapRoom } from './heap-room.ts'

export interface WorkerPool<Job, Result> {
  /**
   * Jobs wait for a free thread in the order in which they came.
   *
   * @param task - Hears what the job says, and stops it; default one that nobody watches. @throws {CancelledError} It was stopped.
   */
  run(job: Job, task?: Task): Promise<Result>
  /** Ends the threads; jobs still asked for are rejected. */
  close(): Promise<void>
}

/** What a thread is asked. */
export type Ask<Job> = { readonly kind: 'job'; readonly job: Job } | { readonly kind: 'stop' }

/** What a thread says; the last two end its job. */
export type Reply<Result> =
  | { readonly kind: 'talk'; readonly talk: Talk }
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'error'; readonly error: CarriedError }

/** No thread at all: every job is done in this one. */
export function createLocalPool<Job, Result>(
  work: (job: Job, task: Task) => Result | Promise<Result>,
): WorkerPool<Job, Result> {
  return {
    async run(job, task = quietTask) {
      await new Promise((resolve) => setImmediate(resolve)) // lets a signal through between jobs
      checkCancelled(task)
      return work(job, task)
    },
    async close() {},
  }
}

interface Waiting<Job, Result> {
  readonly job: Job
  readonly task: Task
  readonly hear: (talk: Talk) => void
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

/**
 * @param caller - `import.meta.url` of the file that the worker's file lies beside.
 * @param name - Name of the worker's file without extension.
 * @param data - Given to every thread once, as `workerData.data`.
 * @param room - As `heap-room.ts` says; default `plain`.
 */
export function createWorkerPool<Job, Result>(
  caller: string,
  name: string,
  workers: number,
  data: unknown = null,
  room: HeapRoom = 'plain',
): WorkerPool<Job, Result> {
  const threads = withHeapRoom(room, () =>
    Array.from({ length: workers }, () => startWorker(caller, name, data)),
  )
  const idle = [...threads]
  const waiting: Waiting<Job, Result>[] = []
  const running = new Map<Worker, Waiting<Job, Result>>()
  const signals = listenOnce((signal) => {
    for (const [thread, { task }] of running) {
      if (task.signal === signal) thread.postMessage({ kind: 'stop' } satisfies Ask<Job>)
    }
  })
  let failure: unknown = null

  const next = (): void => {
    while (idle.length > 0 && waiting.length > 0) {
      const asked = present(waiting.shift(), 'a job that waits')
      if (asked.task.signal.aborted) {
        asked.reject(new CancelledError())
        continue
      }
      const thread = present(idle.pop(), 'a thread without work')
      running.set(thread, asked)
      signals.hold(asked.task.signal)
      thread.postMessage({ kind: 'job', job: asked.job } satisfies Ask<Job>)
    }
  }
  const taken = (thread: Worker): Waiting<Job, Result> | undefined => {
    const asked = running.get(thread)
    if (running.delete(thread) && asked !== undefined) signals.release(asked.task.signal)
    return asked
  }
  const fail = (reason: unknown): void => {
    failure ??= reason
    for (const thread of [...running.keys()]) taken(thread)?.reject(failure)
    for (const asked of waiting.splice(0)) asked.reject(failure)
  }
  for (const thread of threads) {
    thread.on('message', (reply: Reply<Result>) => {
      if (reply.kind === 'talk') return running.get(thread)?.hear(reply.talk)
      const asked = taken(thread)
      idle.push(thread)
      if (reply.kind === 'result') asked?.resolve(reply.result)
      else asked?.reject(reviveError(reply.error))
      next()
    })
    thread.on('error', fail)
    thread.on('exit', (code) => fail(new Error(`a thread of ${name} ended with code ${code}`)))
  }
  return {
    run: (job, task = quietTask) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure)
        waiting.push({ job, task, hear: hearTalk(task), resolve, reject })
        next()
      }),
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()))
    },
  }
}

/** One listener a signal, however many jobs hold it: with a listener a job, Node warns of a leak from the eleventh thread on. */
function listenOnce(stop: (signal: AbortSignal) => void): {
  hold(signal: AbortSignal): void
  release(signal: AbortSignal): void
} {
  const held = new Map<AbortSignal, { jobs: number; readonly listener: () => void }>()
  return {
    hold(signal) {
      const known = held.get(signal)
      if (known !== undefined) known.jobs++
      else {
        const listener = (): void => stop(signal)
        held.set(signal, { jobs: 1, listener })
        signal.addEventListener('abort', listener)
      }
    },
    release(signal) {
      const known = held.get(signal)
      if (known === undefined || --known.jobs > 0) return
      held.delete(signal)
      signal.removeEventListener('abort', known.listener)
    },
  }
}

function startWorker(caller: string, name: string, data: unknown): Worker {
  const { entry, isSource } = entryBeside(caller, name)
  if (!isSource) return new Worker(entry, { workerData: { data } })
  const bootstrap = new URL('./typescript-worker.mjs', import.meta.url)
  return new Worker(bootstrap, { workerData: { entry: entry.href, data }, execArgv: [] })
}
