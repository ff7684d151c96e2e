/** What a command is, to `main`, to the help and to `docs/cli.md`. One file of `commands/` each, imported only when used. */
import type { PlumblineError } from '../errors.ts'
import type { Task } from '../task.ts'
import type { Effects } from './effects.ts'
import type { Operand, Options, Parsed } from './options.ts'

/** What a command has to say on stdout: the document for `--json`, the text for a reader. */
export interface Answer {
  readonly json: unknown
  readonly text: string
  /** Where the answer stands but part of the work failed (one image among many): decides the exit code. */
  readonly failure?: PlumblineError
}

export interface Command<O extends Options = Options> {
  readonly name: string
  /** One line, no full stop. */
  readonly summary: string
  /** Paragraphs for the help, if the summary is not enough. */
  readonly description?: readonly string[]
  readonly operands: readonly Operand[]
  /** Without those that every command has (`common-options.ts`). */
  readonly options: O
  /** Whole command lines; tests parse them. */
  readonly examples: readonly string[]
  run(parsed: Parsed<O>, effects: Effects, task: Task): Promise<Answer>
}

/** Checks a command against its own options and hides their types from whoever only runs it. */
export function defineCommand<const O extends Options>(command: Command<O>): Command {
  return command as unknown as Command
}
