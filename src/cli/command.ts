/** What a command is, to `main`, to the help and to `docs/cli.md`. One file of `commands/` each, imported only when used. */
import type { PlumblineError } from '../errors.ts'
import type { Table, Values } from '../options/option.ts'
import type { Provenance } from '../options/request.ts'
import type { Task } from '../task.ts'
import type { Effects } from './effects.ts'

/** What a command has to say on stdout: the document for `--json`, the text for a reader. */
export interface Answer {
  readonly json: unknown
  readonly text: string
  /** Where the answer stands but part of the work failed (one image among many): decides the exit code. */
  readonly failure?: PlumblineError
}

/** What a command is run with, beside its options. */
export interface Call {
  /** Width of the terminal in characters. */
  readonly columns: number
  /** The request for the library: with when it was asked, and the command as it could be typed again. */
  request<V extends object>(values: V): V & Provenance
  readonly task: Task
  readonly effects: Effects
}

export interface Command<T extends Table = Table> {
  readonly name: string
  /** One line, no full stop. */
  readonly summary: string
  /** Paragraphs for the help, if the summary is not enough. */
  readonly description?: readonly string[]
  /** Without those that every command has (`general-options.ts`). */
  readonly options: T
  /** Whole command lines; tests parse them. */
  readonly examples: readonly string[]
  /** @throws {UsageError} Options that contradict each other. Called before any path is looked for. */
  check?(values: Values<T>): void | Promise<void>
  run(values: Values<T>, call: Call): Promise<Answer>
}

/** Checks a command against its own options and hides their types from whoever only runs it. */
export function defineCommand<const T extends Table>(command: Command<T>): Command {
  return command as unknown as Command
}
