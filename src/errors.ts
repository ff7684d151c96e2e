/**
 * Everything that can go wrong, and what a program outside is told about it.
 *
 * Six classes, one base. A message says what, what was expected, and what came. Errors carry data, never colour
 * and never exit calls; `exitCode` is the only place that knows the table of `docs/cli.md`.
 */

export abstract class PlumblineError extends Error {
  abstract readonly code: string
  override get name(): string {
    return this.constructor.name
  }
}

/** Wrong usage: unknown option, contradictory flags, a bad field in a configuration. */
export class UsageError extends PlumblineError {
  readonly code = 'USAGE'
}

/** Bad input: a file that is missing, undecodable or of the wrong size; an empty folder. Carries the path. */
export class InputError extends PlumblineError {
  readonly code = 'INPUT'
  readonly path: string
  /** The message without the path. */
  readonly reason: string
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options)
    this.path = path
    this.reason = reason
  }
}

/**
 * For work that goes on where a file is bad: why it is.
 *
 * @throws whatever it is given that is no {@link InputError}, the same error.
 */
export function reasonOfBadFile(thrown: unknown): string {
  if (thrown instanceof InputError) return thrown.reason
  throw thrown
}

/** Arrays that disagree in shape: our bug, or a wrong model. */
export class ShapeError extends PlumblineError {
  readonly code = 'SHAPE'
  constructor(name: string, expected: string, actual: readonly number[]) {
    super(`${name}: expected shape ${expected}, got [${actual.join(', ')}]`)
  }
}

/** A model or weights file is not what it should be: magic, version, architecture, hash. */
export class ModelError extends PlumblineError {
  readonly code = 'MODEL'
  readonly path: string
  /** The message without the path. */
  readonly reason: string
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options)
    this.path = path
    this.reason = reason
  }
}

/** Refused for a statistical reason: too few samples to support what was asked. */
export class StatisticalError extends PlumblineError {
  readonly code = 'STATISTICS'
}

/** The caller's AbortSignal fired (Ctrl-C). */
export class CancelledError extends PlumblineError {
  readonly code = 'CANCELLED'
  constructor(message = 'interrupted') {
    super(message)
  }
}

/** `--fail-on` was met by a finding. */
export class FindingError extends PlumblineError {
  readonly code = 'FINDING'
}

const exitCodes: Readonly<Record<string, number>> = {
  USAGE: 2,
  INPUT: 3,
  MODEL: 4,
  STATISTICS: 5,
  FINDING: 6,
  CANCELLED: 130,
}

/** Exit code of an error by the table of the command line; 1 is our own bug. */
export function exitCode(error: unknown): number {
  return error instanceof PlumblineError ? (exitCodes[error.code] ?? 1) : 1
}
