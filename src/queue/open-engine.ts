/** A submitter's side of a queue. */
import { setTimeout as sleep } from 'node:timers/promises'
import { InputError } from '../errors.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { Engine, Job, JobFailure, JobState } from '../work/engine.ts'
import { countJobs, openServer, type Queue } from './server.ts'
import { isPassing, serverError } from './server-errors.ts'
import { storeOfWorker } from './worker-name.ts'

/** How long a server may be away before the submitter gives up, in milliseconds. */
const patienceMs = 120_000
/** Jobs that are added in one message. */
const batch = 500

export interface LaneEngine extends Engine {
  /** Workers of another lane. */
  othersAt(lane: string): Promise<number>
  /** Workers of this lane that have come with another store than the one of this id: what they make is not found in it. */
  strangersTo(storeId: string): Promise<number>
}

/** @throws {UsageError} @throws {InputError} As `openServer`. */
export async function openEngine(url: string, lane: string, task: Task): Promise<LaneEngine> {
  const server = await openServer(url)
  const { place } = server
  const queues = new Map<string, Queue>()
  const queueOf = (name: string): Queue => {
    const found = queues.get(name)
    if (found !== undefined) return found
    const made = server.queue(name)
    made.on('error', () => {}) // each command says what is wrong
    queues.set(name, made)
    return made
  }

  /** Commands can be repeated: each leaves the same state however often it is given. */
  const patiently = async <T>(command: () => Promise<T>): Promise<T> => {
    const since = performance.now()
    for (let waitMs = 100; ; waitMs = Math.min(2000, 2 * waitMs)) {
      checkCancelled(task)
      try {
        return await command()
      } catch (error) {
        if (!isPassing(error) || performance.now() - since > patienceMs) throw serverError(place, error)
        if (waitMs === 200) task.note(`${place} does not answer; trying again`)
        await sleep(waitMs)
      }
    }
  }

  return {
    place,
    async add(jobs) {
      for (let at = 0; at < jobs.length; at += batch) {
        const some = jobs.slice(at, at + batch).map(entryOf)
        await patiently(() => queueOf(lane).addBulk(some))
      }
    },
    state: (id) => patiently(() => stateOf(queueOf(lane), id)),
    remove: (id) => patiently(async () => void (await queueOf(lane).remove(id))),
    census: () =>
      patiently(async () => {
        const [workers, jobs] = await Promise.all([queueOf(lane).getWorkersCount(), countJobs(queueOf(lane))])
        return { workers, ...jobs }
      }),
    strangersTo: (storeId) =>
      patiently(async () => {
        const workers = await queueOf(lane).getWorkers()
        const stores = workers.map(({ rawname = '' }) => storeOfWorker(rawname))
        return stores.filter((store) => store !== undefined && store !== storeId).length
      }),
    othersAt: (other) => patiently(() => queueOf(other).getWorkersCount()),
    async close() {
      for (const queue of queues.values()) await queue.close().catch(() => {}) // the server may be gone
      await server.close()
    },
  }
}

const entryOf = ({ id, kind, label, tries }: Job) => ({
  name: kind,
  data: { kind, label },
  // What is finished stays: whoever submits the same finds it.
  // Without a pause before another try, which Redis would measure by the clock of the worker that failed.
  opts: { jobId: id, attempts: tries, stackTraceLimit: 0 },
})

async function stateOf(queue: Queue, id: string): Promise<JobState> {
  const job = await queue.getJob(id)
  if (job === undefined) return { state: 'unknown' }
  const state = await job.getState()
  if (state === 'completed') {
    // Read again: between the two questions it may have been finished.
    const found = job.returnvalue ?? (await queue.getJob(id))?.returnvalue
    if (found == null) throw new InputError('queue', `job ${id} is finished without a result`)
    return { state: 'done', result: found.result, worker: found.worker }
  }
  if (state === 'failed') {
    const { failedReason = '', attemptsMade } = (await queue.getJob(id)) ?? job // read again, as above
    return { state: 'failed', failure: failureOf(failedReason, attemptsMade) }
  }
  return { state: state === 'active' ? 'active' : 'waiting' }
}

/** What a worker said; what the queue itself says where no worker could. */
export function failureOf(reason: string, tries: number): JobFailure {
  try {
    const said: unknown = JSON.parse(reason)
    if (typeof said === 'object' && said !== null && 'kind' in said && 'message' in said)
      return { ...(said as JobFailure), tries }
  } catch {
    // words of the queue
  }
  return { kind: 'crash', code: 'BUG', message: reason, tries }
}
