/** Runs a described job in a process of its own on this machine, with lower priority and fewer threads than inspection has. */
import { forkBeside } from '../../threads/fork-beside.ts'
import type { Job } from '../../wire/jobs.ts'
import type { JobFolders } from './job-folders.ts'
import type { JobResult, JobWorkers } from './run-job.ts'

export interface JobOrder {
  readonly job: Job
  readonly folders: JobFolders
  readonly threads: number
  readonly niceness: number
  readonly workers: JobWorkers | null
  /** Private key that signs what is trained; null for none. */
  readonly sign: string | null
}

export type JobWord =
  | {
      readonly kind: 'progress'
      readonly label: string
      readonly unit: string
      readonly done: number
      readonly total: number | null
      /** More of it, such as how many workers there are and how fast they are. */
      readonly detail: string | null
    }
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'done'; readonly result: JobResult }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly message: string
      readonly stack: string | null
    }

export interface RunningJob {
  /** Resolves with its last word; a process that ends without one has failed. */
  readonly ended: Promise<Extract<JobWord, { kind: 'done' | 'failed' }>>
  /** Asks it to stop; what is done is kept. */
  cancel(): void
  /** Ends it at once: the station ends, and begins it again after its next start. */
  kill(): void
}

/** How a described job is run: here, or by whoever takes the same description elsewhere. */
export interface JobExecutor {
  start(order: JobOrder, hear: (word: JobWord) => void): RunningJob
}

const mercyMs = 20_000

export const localExecutor: JobExecutor = {
  start(order, hear) {
    const child = forkBeside(import.meta.url, 'job-process', { stderr: 'pipe' })
    let last: Extract<JobWord, { kind: 'done' | 'failed' }> | undefined
    let errors = ''
    child.stderr?.on('data', (data: Buffer) => {
      errors = `${errors}${data}`.slice(-4000)
    })
    child.on('message', (word: JobWord) => {
      if (word.kind === 'done' || word.kind === 'failed') last = word
      hear(word)
    })
    child.send(order)
    const ended = new Promise<Extract<JobWord, { kind: 'done' | 'failed' }>>((resolve) => {
      const without = (message: string): void =>
        resolve(last ?? { kind: 'failed', code: 'BUG', message, stack: errors || null })
      child.once('error', (error) => without(`its process could not be started: ${error.message}`))
      child.once('exit', (code, signal) => without(`its process ended by itself (${signal ?? code})`))
    })
    return {
      ended,
      cancel() {
        if (child.connected) child.send('cancel')
        setTimeout(() => child.kill('SIGKILL'), mercyMs).unref()
      },
      kill: () => void child.kill('SIGKILL'),
    }
  },
}
