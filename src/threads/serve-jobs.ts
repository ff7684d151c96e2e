/** A thread's side of `worker-pool.ts`: takes jobs and answers, one after the other. */
import { parentPort, type TransferListItem, workerData } from 'node:worker_threads'
import { present } from '../present.ts'
import { carryError } from './carried-error.ts'
import type { Reply } from './worker-pool.ts'

export interface Answer<Result> {
  readonly result: Result
  /** Memory of the result that moves to the other thread rather than being copied. */
  readonly transfer?: readonly ArrayBufferLike[]
}

/** @param work - Called with a job and with what every thread was given at its start. */
export function serveJobs<Job, Result, Data>(
  work: (job: Job, data: Data) => Answer<Result> | Promise<Answer<Result>>,
): void {
  const port = present(parentPort, 'to run in a thread of a pool')
  const { data } = workerData as { data: Data }
  port.on('message', async (job: Job) => {
    try {
      const { result, transfer = [] } = await work(job, data)
      port.postMessage({ ok: true, result } satisfies Reply<Result>, transfer as TransferListItem[])
    } catch (error) {
      port.postMessage({ ok: false, error: carryError(error) } satisfies Reply<Result>)
    }
  })
}
