/** Errors across the border of a thread, where classes are lost: ours become what they were, others keep message and stack. */
import { InputError } from '../errors.ts'

export interface CarriedError {
  readonly message: string
  readonly stack: string | undefined
  /** Path and reason of an `InputError`, the one of ours that the work of a thread throws; null for any other error. */
  readonly input: { readonly path: string; readonly reason: string } | null
}

export function carryError(thrown: unknown): CarriedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const input = error instanceof InputError ? { path: error.path, reason: error.reason } : null
  return { message: error.message, stack: error.stack, input }
}

export function reviveError({ message, stack, input }: CarriedError): Error {
  const error = input === null ? new Error(message) : new InputError(input.path, input.reason)
  if (stack !== undefined) error.stack = stack
  return error
}
