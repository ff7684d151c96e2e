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
import { laneOf, processorClass } from '../../work/making.ts'
import { recordInStore } from '../../work/step-result.ts'
import { ChildError, createChildren } from './children.ts'
import { announceLane, otherLanes } from './lanes.ts'
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
 * @throws {UsageError} @throws {InputError} Queue or store cannot be used; jobs wait, and all were submitted by another version.
 */
export async function workForOthers(options: WorkerOptions, task: Task = quietTask): Promise<WorkedFor> {
  const request = await makeRequest(workerAsk, options)
  const store = await openFolderStore(request.store)
  const own = { plumbline: version, onnxruntime: runtimeVersion() }
  const lane = laneOf(own)
  const { JobError, takeJobs } = await import('../../queue/take-jobs.ts')
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
      name: `${hostname()}-${process.pid}`,
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
          throw new JobError(error.failure)
        }
      },
    })
    try {
      await announceLane(store, lane)
      task.note(`at ${taking.place}, as ${lane}, with the store ${store.place}`)
      await refuseStrangers()
      await untilTold(tally, request.whenEmpty, task)
    } finally {
      await taking.close(task.signal.aborted)
    }

    async function refuseStrangers(): Promise<void> {
      const { waiting, active } = await taking.census()
      if (waiting + active > 0) return
      for (const other of await otherLanes(store, lane)) {
        const jobs = await taking.waitingAt(other)
        if (jobs === 0) continue
        throw new UsageError(
          `--queue: ${jobs} jobs wait at ${taking.place} that were submitted by ${other}, and this is ${lane}: ` +
            'install the same version on both sides',
        )
      }
    }
  } finally {
    await children.close()
    await metrics?.close()
  }
  const { done, failed } = tally
  return { done, failed, seconds: Math.round(performance.now() - started) / 1000 }
}

async function untilTold(tally: WorkerTally, whenEmpty: number | null, task: Task): Promise<void> {
  while (!task.signal.aborted) {
    if (whenEmpty !== null && tally.idleSeconds() >= whenEmpty) return
    await sleep(200, undefined, { signal: task.signal }).catch(() => {}) // told to stop
  }
}
