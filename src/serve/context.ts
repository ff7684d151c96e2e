/** What the routes of a station share: made once at its start, handed to each of them. */

import type { Readiness } from '../wire/serve/health.ts'
import type { Line } from './inspection/line.ts'
import type { Turns } from './inspection/turns.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Shelf } from './models/shelf.ts'
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
  readonly shelf: Shelf
  readonly line: Line
  readonly turns: Turns
  readonly limits: Limits
  readonly metrics: Metrics
  readonly log: Log
  readonly access: AccessOptions
  readonly now: () => Date
  readonly readiness: () => Readiness
}
