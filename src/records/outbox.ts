/**
 * Messages to the line, kept until they are delivered or given up. They are written in the transaction of their record; whoever
 * delivers takes what is due, and says how it went. After a crash a message may be delivered again, never not at all.
 */
import type { Letter, LetterState, NewLetter } from '../wire/station/letter.ts'

export interface LetterQuery {
  readonly target?: string
  readonly state?: LetterState
  /** Newest first, at most this many (default 100), with ids below `before`. */
  readonly limit?: number
  readonly before?: number
}

export interface Outbox {
  /** For messages that belong to no inspection: alarms, states. Due at once. */
  post(letters: readonly NewLetter[]): Promise<readonly Letter[]>
  /**
   * Waiting letters of a target whose time has come, oldest first. Asking takes nothing: one courier asks for one target.
   *
   * @param limit - At least 1.
   */
  due(now: Date, target: string, limit: number): Promise<readonly Letter[]>
  /** @returns false where it is unknown or was delivered already. */
  delivered(id: number): Promise<boolean>
  /** Counts the attempt. @returns false where it is not waiting. */
  failed(id: number, error: string, nextDue: Date): Promise<boolean>
  /** Gives it up: it stays to be seen, and can be sent again. @returns false where it is not waiting. */
  dead(id: number, error: string): Promise<boolean>
  letters(query?: LetterQuery): Promise<readonly Letter[]>
  find(id: number): Promise<Letter | undefined>
  /** A dead letter waits again, due now, its attempts counted from 0. @returns false where it is not dead. */
  retry(id: number, by: string): Promise<boolean>
  /** How many of each state, by target; targets without letters are absent. */
  counts(): Promise<Readonly<Record<string, Readonly<Record<LetterState, number>>>>>
}
