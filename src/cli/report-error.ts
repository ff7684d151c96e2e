/** An error -> words on stderr, a JSON document on stdout where that was asked for, and the exit code. */
import { CancelledError, exitCode, InputError, PlumblineError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import type { Effects } from './effects.ts'

export interface Manners {
  readonly json: boolean
  /** Show the stack. */
  readonly debug: boolean
  readonly command?: string | undefined
}

/** @returns The exit code. */
export function reportError(thrown: unknown, effects: Effects, { json, debug, command }: Manners): number {
  const error = classify(thrown, effects.signal)
  const code = error instanceof PlumblineError ? error.code : 'BUG'
  const who = command === undefined ? 'plumbline' : `plumbline ${command}`
  const [head, ...more] = messageLines(error)
  const lines =
    more.length === 0 ? [`${who}: ${head}`] : [`${who}:`, ...[head, ...more].map((line) => `  ${line}`)]
  if (code === 'USAGE') lines.push(`See \`${who} --help\`.`)
  if (code === 'BUG' && !debug) lines.push('This is a fault of Plumbline; --debug shows where.')
  if (debug) lines.push(stackOf(thrown))
  effects.stderr(`${lines.join('\n')}\n`)
  if (json) {
    const path = 'path' in error && typeof error.path === 'string' ? { path: error.path } : {}
    effects.stdout(`${JSON.stringify({ error: { code, message: error.message, ...path } }, null, 2)}\n`)
  }
  return exitCode(error)
}

/** What an error that is not one of ours amounts to. */
function classify(thrown: unknown, signal: AbortSignal): Error {
  if (thrown instanceof PlumblineError) return thrown
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  if (signal.aborted && error.name === 'AbortError') return new CancelledError()
  // A call to the file system that nobody translated: its path and reason still beat a stack.
  if (isSystemError(error) && typeof error.path === 'string' && typeof error.syscall === 'string') {
    return new InputError(error.path, systemReason(error), { cause: error })
  }
  return error
}

function messageLines(error: Error): string[] {
  if (error instanceof CancelledError) {
    return [`${error.message}; what is done is kept, and the same command goes on from there`]
  }
  return (error.message || error.name).split('\n')
}

/** The stack, and those of the causes. */
function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const stack = thrown.stack ?? thrown.message
  return thrown.cause === undefined ? stack : `${stack}\ncaused by ${stackOf(thrown.cause)}`
}
