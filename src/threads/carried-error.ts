/** Errors across the border of a thread, where classes are lost: ours become what they were, others keep message and stack. */
import {
  CancelledError,
  InputError,
  ModelError,
  PlumblineError,
  StatisticalError,
  UsageError,
} from '../errors.ts'

export interface CarriedError {
  readonly message: string
  readonly stack: string | undefined
  /** Of ours; null for any other error. */
  readonly code: string | null
  /** Of an error that names a file; else empty. */
  readonly path: string
  readonly reason: string
}

export function carryError(thrown: unknown): CarriedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const { message, stack } = error
  const code = error instanceof PlumblineError ? error.code : null
  const isOfFile = error instanceof InputError || error instanceof ModelError
  const { path, reason } = isOfFile ? error : { path: '', reason: '' }
  return { message, stack, code, path, reason }
}

/** By code: those that the work of a thread throws. */
const makers: Readonly<Record<string, (carried: CarriedError) => Error>> = {
  INPUT: ({ path, reason }) => new InputError(path, reason),
  MODEL: ({ path, reason }) => new ModelError(path, reason),
  USAGE: ({ message }) => new UsageError(message),
  STATISTICS: ({ message }) => new StatisticalError(message),
  CANCELLED: ({ message }) => new CancelledError(message),
}

export function reviveError(carried: CarriedError): Error {
  const { message, stack, code } = carried
  const make = code === null ? undefined : makers[code]
  const error = make === undefined ? new Error(message) : make(carried)
  if (stack !== undefined) error.stack = stack
  return error
}
