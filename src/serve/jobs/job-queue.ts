/**
 * The queue of jobs: one at a time, in the order in which they were asked for, kept in the records, so that a job that was running when the
 * station ended is begun again and goes on from what it had done.
 */
import { availableParallelism } from 'node:os'
import type { Notes } from '../../records/records.ts'
import { type Job, type JobRecord, jobRecordSchema } from '../../wire/jobs.ts'
import type { StationEvent } from '../../wire/station/event.ts'
import type { JobFolders } from './job-folders.ts'
import type { JobExecutor, JobWord, RunningJob } from './local-executor.ts'
import type { JobWorkers } from './run-job.ts'

export interface JobQueue {
  /** @throws {StorageError} It cannot be kept, and is not queued. */
  add(job: Job, by: string): Promise<JobRecord>
  /** The newest first. */
  list(): readonly JobRecord[]
  find(id: string): JobRecord | undefined
  /** @returns undefined where it is unknown; one that has ended stays as it is. */
  cancel(id: string): Promise<JobRecord | undefined>
  /** The one that runs is begun again after the next start. */
  stop(): Promise<void>
}

export interface JobQueueTools {
  readonly notes: Notes
  readonly folders: JobFolders
  /** Who does the steps of jobs; null for this machine. */
  readonly workers: JobWorkers | null
  /** Private key that signs what is trained; null for none. */
  readonly sign: string | null
  readonly executor: JobExecutor
  readonly now: () => Date
  readonly newId: () => string
  readonly tell: (event: StationEvent) => void
  readonly warn: (message: string) => void
}

const prefix = 'job/'
const mostKept = 200
/** Progress is told no oftener. */
const tellMs = 250
const niceness = 10

/** One core is left to inspection where there are several. */
const jobThreads = (cores: number): number => Math.max(1, cores - 1)

export async function openJobQueue(tools: JobQueueTools): Promise<JobQueue> {
  const { notes, folders, workers, sign, executor, now, newId, tell, warn } = tools
  const records = new Map<string, JobRecord>()
  let running: { readonly id: string; readonly job: RunningJob } | undefined
  let isStopped = false
  let toldAt = -Infinity

  for (const name of await notes.names(prefix)) {
    const found = jobRecordSchema.safeParse(await notes.read(name))
    if (!found.success) continue
    const { data } = found
    records.set(data.id, data.state === 'running' ? { ...data, state: 'waiting' } : data)
  }

  const announce = ({ id, state, progress }: JobRecord): void =>
    tell({
      ...{ kind: 'job', at: now().toISOString(), job: id, state, label: progress?.label ?? null },
      ...{ done: progress?.done ?? null, total: progress?.total ?? null },
    })
  const keep = async (record: JobRecord): Promise<JobRecord> => {
    records.set(record.id, record)
    await notes.write(prefix + record.id, record)
    announce(record)
    return record
  }
  const hear = (id: string, word: JobWord): void => {
    const record = records.get(id)
    if (record === undefined || word.kind !== 'progress') return
    const { label, unit, done, total, detail } = word
    const next: JobRecord = { ...record, progress: { label, unit, done, total, detail } }
    records.set(id, next)
    if (performance.now() - toldAt < tellMs && done !== total) return
    toldAt = performance.now()
    announce(next)
  }

  const begin = async (record: JobRecord): Promise<void> => {
    const startedAt = record.startedAt ?? now().toISOString()
    await keep({ ...record, state: 'running', startedAt, starts: record.starts + 1 })
    const { threads } = record.manners
    const job = executor.start({ job: record.job, folders, threads, niceness, workers, sign }, (word) =>
      hear(record.id, word),
    )
    running = { id: record.id, job }
    const end = await job.ended
    running = undefined
    if (isStopped) return // begun again after the next start
    const before = records.get(record.id) ?? record
    const endedAt = now().toISOString()
    if (end.kind === 'done') await keep({ ...before, state: 'done', endedAt, result: { ...end.result } })
    else {
      if (end.stack !== null) warn(end.stack)
      const { code, message } = end
      const state = code === 'CANCELLED' ? 'cancelled' : 'failed'
      await keep({ ...before, state, endedAt, error: { code, message } })
    }
  }
  let working: Promise<void> | undefined
  const work = (): void => {
    working ??= (async () => {
      for (;;) {
        const next = [...records.values()].filter(({ state }) => state === 'waiting').sort(byAge)[0]
        if (next === undefined || isStopped) return
        await begin(next)
      }
    })()
      .catch((error: Error) => warn(error.stack ?? error.message))
      .finally(() => {
        working = undefined
      })
  }
  const forgetOldest = async (): Promise<void> => {
    const ended = [...records.values()].filter(({ endedAt }) => endedAt !== null).sort(byAge)
    for (const { id } of ended.slice(0, Math.max(0, ended.length - mostKept))) {
      records.delete(id)
      await notes.remove(prefix + id)
    }
  }
  work()

  return {
    async add(job, by) {
      await forgetOldest()
      const record = await keep({
        ...{ id: newId(), job, by, state: 'waiting', createdAt: now().toISOString(), starts: 0 },
        ...{ startedAt: null, endedAt: null, progress: null, result: null, error: null },
        manners: { threads: jobThreads(availableParallelism()), niceness },
      })
      work()
      return record
    },
    list: () => [...records.values()].sort(byAge).reverse(),
    find: (id) => records.get(id),
    async cancel(id) {
      const record = records.get(id)
      if (record === undefined) return
      if (running?.id === id) running.job.cancel()
      else if (record.state === 'waiting')
        return keep({ ...record, state: 'cancelled', endedAt: now().toISOString() })
      return records.get(id)
    },
    async stop() {
      isStopped = true
      running?.job.kill()
      await working
    },
  }
}

const byAge = (a: JobRecord, b: JobRecord): number => (a.id < b.id ? -1 : 1)
