/**
 * What every long piece of work is given: a signal to stop, a place to report progress, a place to talk.
 *
 * `quietTask` is for library users and tests; the command line passes one that draws bars on stderr.
 */
import { CancelledError } from './errors.ts'
import { present } from './present.ts'

export interface Progress {
  /**
   * Work done so far and, where known, in all; units are named by the label.
   *
   * @param detail - Further words on how it goes.
   */
  update(done: number, total: number | null, detail?: string): void
  end(): void
}

export interface Task {
  readonly signal: AbortSignal
  /** Starts a progress line, e.g. `task.progress('features', 'images')`. */
  progress(label: string, unit: string): Progress
  /** One line of talk for the person watching; never data. */
  note(message: string): void
}

const silent: Progress = { update() {}, end() {} }

/** A task nobody watches and nobody stops. */
export const quietTask: Task = {
  signal: new AbortController().signal,
  progress: () => silent,
  note() {},
}

/** The same task for work whose progress is the caller's business. */
export const withoutProgress = (task: Task): Task => ({
  signal: task.signal,
  note: (message) => task.note(message),
  progress: quietTask.progress,
})

/** @throws {CancelledError} when the task's signal has fired. Call it once per item of every long loop. */
export function checkCancelled(task: Task): void {
  if (task.signal.aborted) throw new CancelledError()
}

/** Milliseconds of a thread that a loop takes at a time. */
const turnMs = 20

/**
 * For long loops that compute and wait for nothing: awaited once per item, the function lets signals and other work of the thread have
 * their turn, at most once in 20 ms.
 */
export function sharedThread(): () => Promise<void> | undefined {
  let last = performance.now()
  return () => {
    if (performance.now() - last < turnMs) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        last = performance.now()
        resolve()
      })
    })
  }
}

/**
 * Maps items with at most `limit` in flight and yields results in input order, holding at most `limit` of them.
 *
 * The first rejection rejects the iteration after the work already started has settled; the consumer may stop early.
 */
export async function* mapConcurrent<In, Out>(
  items: Iterable<In> | AsyncIterable<In>,
  limit: number,
  work: (item: In, index: number) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const inFlight: Promise<Out>[] = []
  let index = 0
  try {
    for await (const item of items) {
      const started = work(item, index++)
      started.catch(() => {}) // the rejection is thrown where the result is awaited, below
      inFlight.push(started)
      if (inFlight.length >= limit) yield await present(inFlight.shift(), 'work that was started')
    }
    while (inFlight.length > 0) yield await present(inFlight.shift(), 'work that was started')
  } finally {
    await Promise.allSettled(inFlight)
  }
}
