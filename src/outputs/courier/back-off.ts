/** How long to wait after a failure: doubling, with jitter, so that many stations do not come back in step. */
import type { Random } from '../../math/random.ts'

export interface BackOff {
  readonly firstMs: number
  readonly longestMs: number
}

export const defaultBackOff: BackOff = { firstMs: 500, longestMs: 60_000 }

/**
 * @param failures - So far, 1 or more.
 * @returns Milliseconds, uniform between half of the doubled time and all of it ("equal jitter").
 * Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backOffMs(failures: number, { firstMs, longestMs }: BackOff, random: Random): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 40))
  return Math.round(full / 2 + (random.uniform() * full) / 2)
}
