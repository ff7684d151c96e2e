/** The queue as the program sees it, whichever server keeps it: jobs by the hash of their work, each with one result. */

export interface Job {
  /** Id of its step. */
  readonly id: string
  readonly kind: string
  /** For people: `fold 1/5: fit`. */
  readonly label: string
  /** Before a job whose process ends is given up. */
  readonly tries: number
}

/** Why a job has no result. */
export interface JobFailure {
  /** `error`: it failed by itself, and always will; `crash`: its process ended, each time it was tried. */
  readonly kind: 'error' | 'crash'
  /** As in `errors.ts`; `BUG` for none of ours. */
  readonly code: string
  readonly message: string
  /** Of an error that names a file. */
  readonly path?: string
  /** Whose words they are: host and process. */
  readonly worker?: string
  readonly tries: number
}

export type JobState =
  | { readonly state: 'waiting' | 'active' | 'unknown' }
  | { readonly state: 'done'; readonly result: string; readonly worker: string }
  | { readonly state: 'failed'; readonly failure: JobFailure }

/** A submitter's side. Every method throws an {@link InputError} that names the server where it cannot be reached. */
export interface Engine {
  /** Of the server, without the password. */
  readonly place: string
  /** Those that are there already are joined. */
  add(jobs: readonly Job[]): Promise<void>
  state(id: string): Promise<JobState>
  /** Forgets a job that nobody works on, so that it can be added anew. */
  remove(id: string): Promise<void>
  /** Workers that are connected and may take the jobs; jobs that wait or are worked on, of all submitters. */
  census(): Promise<{ readonly workers: number; readonly waiting: number; readonly active: number }>
  close(): Promise<void>
}
