/**
 * Errors across the border of a thread, where classes are lost: ours become what they were, others keep name, message and stack, and, of the
 * system, by which the command line tells a full disk from a fault of its own, what was asked of which file.
 */
import {
  CancelledError,
  InputError,
  ModelError,
  PlumblineError,
  StatisticalError,
  UsageError,
} from '../errors.ts'
import { isSystemError } from '../files/atomic.ts'

export interface CarriedError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Of ours; null for any other error. */
  readonly code: string | null
  /** Of an error that names a file; else empty. */
  readonly path: string
  readonly reason: string
  /** Of an error of the operating system; null for any other error. */
  readonly system: Pick<NodeJS.ErrnoException, 'code' | 'errno' | 'syscall' | 'path'> | null
}

export function carryError(thrown: unknown): CarriedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const { name, message, stack } = error
  const code = error instanceof PlumblineError ? error.code : null
  const isOfFile = error instanceof InputError || error instanceof ModelError
  const { path, reason } = isOfFile ? error : { path: '', reason: '' }
  return {
    name,
    message,
    stack,
    code,
    path,
    reason,
    system: isSystemError(error) ? systemFacts(error) : null,
  }
}

const systemFacts = ({ code, errno, syscall, path }: NodeJS.ErrnoException): CarriedError['system'] => ({
  ...(code !== undefined && { code }),
  ...(errno !== undefined && { errno }),
  ...(syscall !== undefined && { syscall }),
  ...(path !== undefined && { path }),
})

/** By code: those whose class somebody asks for. */
const makers: Readonly<Record<string, (carried: CarriedError) => Error>> = {
  INPUT: ({ path, reason }) => new InputError(path, reason),
  MODEL: ({ path, reason }) => new ModelError(path, reason),
  USAGE: ({ message }) => new UsageError(message),
  STATISTICS: ({ message }) => new StatisticalError(message),
  CANCELLED: ({ message }) => new CancelledError(message),
}

/** One of ours of a class that this room does not know, as of a lost training: what a person is told goes by its code. */
class RevivedError extends PlumblineError {
  readonly code: string
  readonly #name: string
  constructor({ name, message }: CarriedError, code: string) {
    super(message)
    this.code = code
    this.#name = name
  }
  override get name(): string {
    return this.#name
  }
}

export function reviveError(carried: CarriedError): Error {
  const { name, message, stack, code, system } = carried
  const error =
    code === null
      ? Object.assign(new Error(message), { name, ...system })
      : (makers[code]?.(carried) ?? new RevivedError(carried, code))
  if (stack !== undefined) error.stack = stack
  return error
}
