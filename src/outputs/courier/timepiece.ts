/** The time of the machine, for couriers. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Timepiece } from '../contract.ts'

/** @param clock - The station's clock. */
export function timepieceOf(clock: () => Date): Timepiece {
  return {
    now: () => clock().getTime(),
    monotonic: () => performance.now(),
    async sleep(ms, signal) {
      await pause(ms, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    },
  }
}
