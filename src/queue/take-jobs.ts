/**
 * A worker's side of a queue: takes jobs and says what became of each.
 *
 * The lock of a job is renewed by this process while the work is done in another, so that no computation can hold it up. The row of
 * the result is written together with the check that the lock is still this worker's: one that was away too long cannot overwrite
 * what another has done meanwhile.
 */
import { InputError } from '../errors.ts'
import type { JobFailure } from '../work/engine.ts'
import { countJobs, openServer } from './server.ts'
import { serverError } from './server-errors.ts'
import { workerName } from './worker-name.ts'

export interface Taken {
  readonly id: string
  readonly kind: string
  readonly label: string
  /** Fires when the lock is lost: somebody else may be at it by now. */
  readonly signal: AbortSignal
}

/** Work that failed, and whether it is worth another try. */
export class JobError extends Error {
  readonly failure: Omit<JobFailure, 'tries'>
  constructor(failure: Omit<JobFailure, 'tries'>) {
    super(JSON.stringify(failure))
    this.failure = failure
  }
}

export interface TakingOptions {
  readonly url: string
  readonly lane: string
  /** Of this worker: host and process. */
  readonly name: string
  /** What its store calls itself: said at the queue beside the name. */
  readonly storeId?: string | undefined
  /** Jobs at a time. */
  readonly jobs: number
  /** Seconds after which work of a worker that is gone is another's. */
  readonly lockSeconds: number
  /** Does the work; gives the hash of the result. @throws {JobError} */
  readonly work: (job: Taken) => Promise<string>
  /** Once the queue has the result. */
  readonly onRecorded: (id: string, result: string) => Promise<void>
  readonly onNote: (message: string) => void
}

export interface Taking {
  readonly place: string
  /** Jobs of another lane that wait while nobody there could take them. */
  strandedAt(lane: string): Promise<number>
  /** Finishes what it is at, or drops it, which gives it back. */
  close(drop: boolean): Promise<void>
}

/** Times that work may be found abandoned by a worker that died before it counts as bad. */
const mostAbandoned = 20

/** @throws {UsageError} @throws {InputError} As `openServer`; a clock that is too far from the server's. */
export async function takeJobs(options: TakingOptions): Promise<Taking> {
  const { url, lane, name, storeId, jobs, lockSeconds, work, onRecorded, onNote } = options
  const server = await openServer(url)
  const { place } = server
  try {
    refuseClock(await server.clockAhead(), lockSeconds, place)
  } catch (error) {
    await server.close()
    throw error
  }
  const { UnrecoverableError, WaitingError } = await import('bullmq')
  const signals = new Map<string, AbortController>()
  const third = Math.ceil((1000 * lockSeconds) / 3)
  const worker = server.worker(
    lane,
    async (job, token) => {
      const id = String(job.id)
      const lost = new AbortController()
      signals.set(id, lost)
      try {
        const result = await work({ id, ...job.data, signal: lost.signal })
        return { result, worker: name }
      } catch (error) {
        if (error instanceof JobError && error.failure.kind === 'error')
          throw new UnrecoverableError(error.message)
        if (error instanceof JobError && error.failure.code === 'CANCELLED') {
          // No fault of the job's: back to those that wait, and no try the fewer.
          await job.moveToWait(token)
          throw new WaitingError()
        }
        throw error
      } finally {
        if (signals.get(id) === lost) signals.delete(id)
      }
    },
    {
      name: workerName(name, storeId),
      concurrency: jobs,
      lockDuration: Math.ceil(1000 * lockSeconds),
      lockRenewTime: third,
      stalledInterval: Math.max(1000, third),
      maxStalledCount: mostAbandoned,
      runRetryDelay: 1000,
      drainDelay: 2,
    },
  )
  worker.on('lockRenewalFailed', (ids: string[]) => {
    for (const id of ids) {
      onNote(`lost the lock of ${id.slice(0, 8)}: dropped`)
      signals.get(id)?.abort()
    }
  })
  worker.on('completed', (job, { result }) => {
    onRecorded(String(job.id), result).catch((error: unknown) => onNote(wordsOf(error)))
  })
  let said = ''
  worker.on('error', (error) => {
    const words = wordsOf(serverError(place, error))
    if (words !== said && !/could not renew lock/.test(words)) onNote(words)
    said = words
  })
  worker.on('active', () => {
    said = '' // it works again: the same is news when it comes back
  })
  return {
    place,
    async strandedAt(other) {
      const others = server.queue(other)
      others.on('error', () => {}) // each command says what is wrong
      try {
        const [workers, { waiting }] = await Promise.all([others.getWorkersCount(), countJobs(others)])
        return workers === 0 ? waiting : 0
      } finally {
        await others.close()
      }
    },
    async close(drop) {
      if (drop) for (const lost of signals.values()) lost.abort()
      await worker.close().catch(() => {}) // the server may be gone
      await server.close()
    },
  }
}

function refuseClock(aheadMs: number, lockSeconds: number, place: string): void {
  const seconds = Math.abs(aheadMs) / 1000
  if (seconds < lockSeconds / 3) return
  throw new InputError(
    place,
    `keeps locks by the clocks of the workers, and this machine's is ${seconds.toFixed(0)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ` +
      `the server's: set it (NTP), raise --lock-seconds above ${Math.ceil(3 * seconds)}, or use Redis, which goes by its own clock`,
  )
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
