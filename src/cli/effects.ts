/** Everything a command may do to the world outside the library, as one value: tests pass recorders. */

export interface Effects {
  /** Data: what the command was asked for. */
  readonly stdout: (text: string) => void
  /** Talk: progress, notes, errors. */
  readonly stderr: (text: string) => void
  /** Whether a person watches stderr, so that a line may be redrawn. */
  readonly isTerminal: boolean
  /** Width of the terminal in characters; 80 where unknown. */
  readonly columns: number
  readonly now: () => Date
  /** Fires on the first Ctrl-C. */
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute; relative paths of the command line start here. */
  readonly cwd: string
}
