/** What the routes of a station share: made once at its start, handed to each of them. */

import type { Outputs } from '../outputs/open-outputs.ts'
import type { KeepPolicy } from '../records/options.ts'
import type { Records } from '../records/records.ts'
import type { Readiness } from '../wire/serve/health.ts'
import type { WatchState } from '../wire/serve/watch.ts'
import type { Background } from './background.ts'
import type { DriftService } from './drift/drift-service.ts'
import type { EventHub } from './events/event-hub.ts'
import type { Line } from './inspection/line.ts'
import type { Preparer } from './inspection/prepare-beside.ts'
import type { Turns } from './inspection/turns.ts'
import type { JobFolders } from './jobs/job-folders.ts'
import type { JobQueue } from './jobs/job-queue.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Shelf } from './models/shelf.ts'
import type { Thresholds } from './models/thresholds.ts'
import type { Recorder } from './recording/recorder.ts'
import type { RunFolders } from './runs/run-folders.ts'
import type { AccessOptions } from './security/access.ts'

export interface Limits {
  /** Of the body of one request. */
  readonly bodyBytes: number
  /** Of one picture. */
  readonly pixels: number
  /** For a verdict, from the arrival of the request's head. */
  readonly verdictMs: number
}

export interface Context {
  /** The station's own (`--data`). */
  readonly folder: string
  readonly runs: RunFolders
  readonly shelf: Shelf
  readonly line: Line
  readonly turns: Turns
  readonly preparer: Preparer
  readonly limits: Limits
  readonly metrics: Metrics
  readonly log: Log
  readonly access: AccessOptions
  readonly now: () => Date
  readonly readiness: () => Readiness
  /** Null where no folder is watched. */
  readonly watch: () => WatchState | null
  readonly records: Records
  readonly recorder: Recorder
  readonly keep: KeepPolicy
  readonly thresholds: Thresholds
  /** Null where no outputs are configured. */
  readonly outputs: Outputs | null
  readonly events: EventHub
  readonly background: Background
  readonly drift: DriftService
  readonly jobs: JobQueue
  readonly jobFolders: JobFolders
}
