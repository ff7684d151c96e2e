/**
 * Circuit breaker: after some failures in a row a place is left alone for a while, then one message is sent to try it.
 *
 * Closed: everything goes. Open: nothing goes until `openUntil`. Half open: one delivery under way decides.
 * Source: Nygard, "Release It!", 2007, chapter 5.
 */
import type { Random } from '../../math/random.ts'
import { type BackOff, backOffMs } from './back-off.ts'

/** Failures in a row after which the place is left alone. */
export const failuresToOpen = 5

export interface Breaker {
  /** @param now - Of a clock that never goes back, milliseconds. */
  state(now: number): 'closed' | 'open' | 'half-open'
  /** Milliseconds until something may be tried; 0 unless open. */
  waitMs(now: number): number
  succeeded(): void
  /** @param leastMs - What the place asked for, where it did. */
  failed(now: number, leastMs?: number): void
}

export function createBreaker(backOff: BackOff, random: Random): Breaker {
  let failures = 0
  let openUntil = Number.NEGATIVE_INFINITY
  const isOpen = (now: number): boolean => now < openUntil

  return {
    state(now) {
      if (isOpen(now)) return 'open'
      return failures >= failuresToOpen ? 'half-open' : 'closed'
    },
    waitMs: (now) => (isOpen(now) ? openUntil - now : 0),
    succeeded() {
      failures = 0
      openUntil = Number.NEGATIVE_INFINITY
    },
    failed(now, leastMs = 0) {
      failures++
      const pause = failures >= failuresToOpen ? backOffMs(failures - failuresToOpen + 1, backOff, random) : 0
      if (Math.max(pause, leastMs) > 0) openUntil = Math.max(openUntil, now + Math.max(pause, leastMs))
    },
  }
}
