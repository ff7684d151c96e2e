/** A thread's side of `worker-pool.ts`: takes jobs and answers, one after the other. */
import { parentPort, type TransferListItem, workerData } from 'node:worker_threads'
import { present } from '../present.ts'
import type { Task } from '../task.ts'
import { carryError } from './carried-error.ts'
import { speakingTask } from './carried-task.ts'
import type { Ask, Reply } from './worker-pool.ts'

export interface Answer<Result> {
  readonly result: Result
  /** Memory of the result that moves to the other thread rather than being copied. */
  readonly transfer?: readonly ArrayBufferLike[]
}

/** @param work - Called with a job, with what every thread was given at its start, and with the task of whoever asked. */
export function serveJobs<Job, Result, Data>(
  work: (job: Job, data: Data, task: Task) => Answer<Result> | Promise<Answer<Result>>,
): void {
  const port = present(parentPort, 'to run in a thread of a pool')
  const { data } = workerData as { data: Data }
  const say = (reply: Reply<Result>, transfer: readonly ArrayBufferLike[] = []): void =>
    port.postMessage(reply, transfer as TransferListItem[])
  let stop = new AbortController()
  port.on('message', async (ask: Ask<Job>) => {
    if (ask.kind === 'stop') return stop.abort()
    stop = new AbortController()
    const task = speakingTask(stop.signal, (talk) => say({ kind: 'talk', talk }))
    try {
      const { result, transfer } = await work(ask.job, data, task)
      say({ kind: 'result', result }, transfer)
    } catch (error) {
      say({ kind: 'error', error: carryError(error) })
    }
  })
}
