/** From whatever went wrong to a problem document: the one place that knows which error is which status. */
import { PlumblineError } from '../errors.ts'
import { StorageError } from '../records/storage-error.ts'
import type { Problem } from '../wire/serve/problem.ts'
import type { Unanswered } from '../wire/station/verdict.ts'

export interface ProblemFacts {
  readonly status: number
  /** For a program, e.g. `BUSY`. */
  readonly code: string
  readonly detail: string
  readonly state?: Unanswered
  /** Whole seconds after which it is worth to ask again. */
  readonly retryAfter?: number
  /** Methods that the address takes, where it was asked for by another. */
  readonly allow?: readonly string[]
}

/** A request is refused, for a reason of HTTP or of the station; what else is thrown is one of ours or a bug. */
export class ProblemError extends Error {
  readonly facts: ProblemFacts
  constructor(facts: ProblemFacts, options?: ErrorOptions) {
    super(facts.detail, options)
    this.facts = facts
  }
}

export const notFound = (what: string): ProblemError =>
  new ProblemError({ status: 404, code: 'NOT_FOUND', detail: `there is no ${what}` })

export const wrongMethod = (method: string, allow: readonly string[]): ProblemError => {
  const detail = `this address takes ${allow.join(' and ')}, not ${method}`
  return new ProblemError({ status: 405, code: 'METHOD', detail, allow })
}

export const refused = (status: number, code: string, detail: string): ProblemError =>
  new ProblemError({ status, code, detail })

const titles: Readonly<Record<number, string>> = {
  400: 'The request is not understood',
  401: 'Who asks is not known',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not to be done here',
  408: 'The request came too slowly',
  409: 'Not in this state',
  413: 'Too large',
  415: 'Not a kind of content that is read',
  422: 'Cannot be judged',
  429: 'Too many requests',
  500: 'A fault of the program',
  503: 'Not now',
  504: 'Not in time',
  507: 'No room',
}

const statuses: Readonly<Record<string, number>> = {
  USAGE: 400,
  INPUT: 422,
  MODEL: 409,
  STATISTICS: 409,
  FINDING: 409,
  CANCELLED: 503,
}

/** Of Fastify and its plugins: they carry their status; their messages hold nothing of the client's content. */
interface StatusError {
  readonly statusCode: number
  readonly message: string
  readonly code?: string
}

const hasStatus = (error: unknown): error is StatusError =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'

/** What a client is told. Of a bug of ours no more than that it is one: the log has the rest. */
export function problemFacts(error: unknown): ProblemFacts {
  if (error instanceof ProblemError) return error.facts
  if (error instanceof StorageError)
    return { status: 503, code: 'STORAGE', detail: `the records: ${error.reason}`, retryAfter: 5 }
  if (error instanceof PlumblineError)
    return { status: statuses[error.code] ?? 500, code: error.code, detail: error.message }
  if (hasStatus(error) && error.statusCode >= 400 && error.statusCode < 500)
    return { status: error.statusCode, code: error.code ?? 'REQUEST', detail: error.message }
  return {
    status: 500,
    code: 'BUG',
    detail: 'the log of the station has the reason, under the id of this request',
  }
}

export function problemOf(facts: ProblemFacts, requestId: string): Problem {
  const { status, code, detail, state } = facts
  return {
    type: `urn:plumbline:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: titles[status] ?? 'Refused',
    status,
    detail,
    code,
    instance: requestId,
    ...(state !== undefined && { state }),
  }
}
