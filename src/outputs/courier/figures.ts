/** What a courier has done, as plain numbers. */
import type { OutputState } from '../contract.ts'

export interface CourierFigures {
  readonly state: OutputState
  readonly breaker: 'closed' | 'open' | 'half-open'
  /** Deliveries under way. */
  readonly underWay: number
  /** Since the start: letters delivered, attempts that failed, letters that became dead. */
  readonly delivered: number
  readonly failures: number
  readonly dead: number
  /** Results that could not be written down: told once, and not told at all. */
  readonly toldOnce: number
  readonly toldLost: number
  /** Milliseconds from a letter's writing to its delivery, of the last one; null before the first. */
  readonly lagMs: number | null
  /** ISO 8601; null before the first. */
  readonly lastDelivered: string | null
  /** Of the last attempt that failed; null where none did. */
  readonly lastError: string | null
}

export interface CourierCounts {
  delivered(now: number, lagMs: number): void
  failed(reason: string): void
  buried(reason: string): void
  toldOnce(): void
  toldLost(): void
  read(state: OutputState, breaker: CourierFigures['breaker'], underWay: number): CourierFigures
}

export function createCounts(): CourierCounts {
  const sums = { delivered: 0, failures: 0, dead: 0, toldOnce: 0, toldLost: 0 }
  let lagMs: number | null = null
  let lastDelivered: string | null = null
  let lastError: string | null = null
  return {
    delivered(now, lag) {
      sums.delivered++
      lagMs = Math.max(0, lag)
      lastDelivered = new Date(now).toISOString()
    },
    failed(reason) {
      sums.failures++
      lastError = reason
    },
    buried(reason) {
      sums.dead++
      lastError = reason
    },
    toldOnce: () => void sums.toldOnce++,
    toldLost: () => void sums.toldLost++,
    read: (state, breaker, underWay) => ({
      state,
      breaker,
      underWay,
      ...sums,
      lagMs,
      lastDelivered,
      lastError,
    }),
  }
}
