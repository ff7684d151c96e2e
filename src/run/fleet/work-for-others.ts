/** `worker`: takes jobs from a queue until it is told to stop, and does each in a second process. */
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { storeFolder, thisMachine } from '../../backbone/weights-folder.ts'
import { CancelledError, UsageError } from '../../errors.ts'
import { runtimeVersion } from '../../graph/index.ts'
import { makeRequest } from '../../options/request.ts'
import { type WorkerOptions, workerAsk } from '../../options/requests/worker.ts'
import { present } from '../../present.ts'
import { quietTask, type Task } from '../../task.ts'
import { version } from '../../version.ts'
import { openFolderStore } from '../../work/folder-store.ts'
import { processorClass } from '../../work/making.ts'
import { recordInStore } from '../../work/step-result.ts'
import { ChildError, createChildren } from './children.ts'
import { announceLane, laneHere, otherLanes } from './lanes.ts'
import { serveMetrics } from './serve-metrics.ts'
import { createTally, type WorkerTally } from './worker-tally.ts'

export interface WorkedFor {
  readonly done: number
  readonly failed: number
  readonly seconds: number
}

/**
 * Ends when the task is cancelled (what it is at goes back to the queue), or after `whenEmpty` seconds without work.
 *
 * Jobs of another version are not taken, and told: those that submit and those that work must be of one.
 *
 * @throws {InputError} Queue or store cannot be used. @throws {UsageError} It ends without work, and jobs of another version wait.
 */
export async function workForOthers(options: WorkerOptions, task: Task = quietTask): Promise<WorkedFor> {
  const request = await makeRequest(workerAsk, options)
  const store = await openFolderStore(request.store)
  const own = { plumbline: version, onnxruntime: runtimeVersion() }
  const lane = laneHere()
  await announceLane(store, lane)
  const { JobError, takeJobs } = await import('../../queue/take-jobs.ts')
  const name = `${hostname()}-${process.pid}`
  const folder = join(request.cache ?? join(storeFolder(thisMachine()), '..'), 'worker')
  const children = createChildren({ store: request.store, folder, cacheBytes: request.cacheBytes })
  const tally = createTally({ ...own, processor: processorClass(), jobs: request.jobs })
  const metrics =
    request.metrics === null ? null : await serveMetrics(request.metrics, request.metricsHost, tally)
  const started = performance.now()
  try {
    const taking = await takeJobs({
      url: present(request.queue, 'a queue'),
      lane,
      name,
      storeId: store.id,
      jobs: request.jobs,
      lockSeconds: request.lockSeconds,
      onNote: task.note,
      onRecorded: (id, result) => recordInStore(store, id, result),
      async work({ id, kind, label, signal }) {
        const finish = tally.begin(kind)
        try {
          const result = await children.run(id, signal, (reply) => {
            if (reply.kind === 'note') task.note(`${label}: ${reply.message}`)
            if (reply.kind === 'progress') tally.progress(id, reply.unit, reply.done)
          })
          task.note(`${label}: done in ${finish('done').toFixed(1)} s`)
          return result
        } catch (error) {
          if (error instanceof CancelledError) {
            finish('dropped')
            throw new JobError({ kind: 'crash', code: 'CANCELLED', message: 'its worker was stopped' })
          }
          finish('failed')
          if (!(error instanceof ChildError)) throw error
          task.note(`${label}: ${error.message}`)
          throw new JobError({ ...error.failure, worker: name })
        }
      },
    })
    try {
      task.note(`at ${taking.place}, as ${lane}, with the store ${store.place}`)
      await untilTold(tally, request.whenEmpty, strangers, task)
    } finally {
      await taking.close(task.signal.aborted)
    }

    async function strangers(): Promise<string | null> {
      for (const other of await otherLanes(store, lane)) {
        const jobs = await taking.strandedAt(other)
        if (jobs === 0) continue
        return (
          `--queue: ${jobs === 1 ? '1 job waits' : `${jobs} jobs wait`} at ${taking.place}, submitted by ${other}, and this is ${lane}: ` +
          'install the same version on both sides'
        )
      }
      return null
    }
  } finally {
    await children.close()
    await metrics?.close()
  }
  const { done, failed } = tally
  return { done, failed, seconds: Math.round(performance.now() - started) / 1000 }
}

/** Seconds without work after which it is looked whether others wait in vain. */
const idleSeconds = 10

/** @param strangers - What to say of those whose work is not taken here; null where there are none. */
async function untilTold(
  tally: WorkerTally,
  whenEmpty: number | null,
  strangers: () => Promise<string | null>,
  task: Task,
): Promise<void> {
  let [looked, said] = [-Infinity, '']
  while (!task.signal.aborted) {
    const idle = tally.idleSeconds()
    const isOver = whenEmpty !== null && idle >= whenEmpty
    if (idle < looked) looked = 0 // it has worked meanwhile
    if (isOver || idle - looked >= idleSeconds) {
      looked = idle
      const words = await strangers().catch(() => null) // the server may be away, and is waited for
      if (isOver && words !== null) throw new UsageError(words)
      if (words !== null && words !== said) task.note(words)
      said = words ?? said
    }
    if (isOver) return
    await sleep(200, undefined, { signal: task.signal }).catch(() => {}) // told to stop
  }
}
