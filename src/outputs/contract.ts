/**
 * What every output is: a place outside that is told each result at least once, and, if it can show one, the state of the station.
 *
 * An output knows how to reach its place and nothing of waiting, repeating or giving up: that is the courier's.
 */
import type { ResultMessage } from '../wire/station/result-message.ts'
import type { LineSignal } from './line-signal.ts'
import type { StationState } from './station-state.ts'

/** A result with what the line is to do about it. */
export interface Told {
  readonly message: ResultMessage
  readonly signal: LineSignal
}

/** How a delivery went. */
export type Delivery =
  /** The other side has it. */
  | { readonly as: 'delivered' }
  /** The place cannot take anything now; `afterMs` where it said how long. */
  | { readonly as: 'later'; readonly reason: string; readonly afterMs?: number }
  /** The place has answered, and will never take this message. */
  | { readonly as: 'refused'; readonly reason: string }

export type OutputState = 'up' | 'down' | 'starting'

export interface Output {
  /** Resolves within the output's own time limit, or soon after the signal fired. Reasons hold no secrets. */
  deliver(told: Told, signal: AbortSignal): Promise<Delivery>
  /** How many deliveries may be under way at once; 1 keeps results in order. */
  readonly concurrency: number
  /** The latest counts, older ones need not arrive. Returns at once and does not throw. */
  show?(state: StationState): void
  /** Whether the place could be reached now, without telling it a result. */
  probe(signal: AbortSignal): Promise<Probe>
  state(): OutputState
  close(): Promise<void>
}

export interface Probe {
  readonly ok: boolean
  /** What was found, or what is missing and the way out. */
  readonly words: string
}

/** Time as a value that is passed in. */
export interface Timepiece {
  /** Milliseconds since 1970 by the clock of the machine, which may be set. */
  now(): number
  /** Milliseconds since some moment; never goes back. */
  monotonic(): number
  /** Resolves after so many milliseconds, or at once when the signal fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** What is worth a line in a log. */
export type OutputEvent =
  | {
      readonly kind: 'state'
      readonly output: string
      readonly state: 'up' | 'down'
      readonly reason: string
    }
  | {
      readonly kind: 'dead-letter'
      readonly output: string
      readonly letter: number
      readonly reason: string
    }
  | { readonly kind: 'trouble'; readonly output: string; readonly reason: string }

/** Contents of PEM files: whom to believe instead of the public authorities, and who we are. */
export interface TlsFiles {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}
