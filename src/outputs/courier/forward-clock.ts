/**
 * The machine's clock without its steps back: what is due stays due when somebody sets the clock.
 *
 * Steps forward are followed, because rows written after one carry the new time.
 */
import type { Timepiece } from '../contract.ts'

/** @returns Milliseconds since 1970, never less than the time before. */
export function forwardClock(timepiece: Pick<Timepiece, 'now' | 'monotonic'>): () => number {
  let latest = timepiece.now()
  let read = timepiece.monotonic()
  return () => {
    const monotonic = timepiece.monotonic()
    latest = Math.max(latest + (monotonic - read), timepiece.now())
    read = monotonic
    return latest
  }
}
