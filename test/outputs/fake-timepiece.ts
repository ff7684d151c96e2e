/** Time that moves when a test says so. */
import type { Timepiece } from '../../src/outputs/contract.ts'

export interface FakeTimepiece extends Timepiece {
  /** Lets time pass, waking sleepers in order, and lets everything that follows from it happen. */
  advance(ms: number): Promise<void>
  /** Somebody sets the clock of the machine. */
  setClock(byMs: number): void
}

export function fakeTimepiece(start = Date.parse('2026-11-29T08:00:00.000Z')): FakeTimepiece {
  let elapsed = 0
  let offset = start
  const sleepers = new Map<() => void, number>()
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        if (signal.aborted) return resolve()
        sleepers.set(wake, elapsed + ms)
        signal.addEventListener('abort', wake, { once: true })
      }),
    async advance(ms) {
      const end = elapsed + ms
      await settle()
      for (;;) {
        const next = [...sleepers].sort(([, a], [, b]) => a - b)[0]
        if (next === undefined || next[1] > end) break
        elapsed = Math.max(elapsed, next[1])
        next[0]()
        await settle()
      }
      elapsed = end
      await settle()
    },
    setClock(byMs) {
      offset += byMs
    },
  }
}
