/** Something a person asks for: what went wrong stays to be read until the next attempt. */
import { type Signal, useSignal } from '@preact/signals'

export interface Attempt {
  readonly trouble: Signal<Error | null>
  readonly isRunning: Signal<boolean>
  run(act: () => Promise<void>): void
}

export function useAttempt(): Attempt {
  const trouble = useSignal<Error | null>(null)
  const isRunning = useSignal(false)
  const run = async (act: () => Promise<void>): Promise<void> => {
    trouble.value = null
    isRunning.value = true
    try {
      await act()
    } catch (error) {
      trouble.value = error instanceof Error ? error : new Error(String(error))
    } finally {
      isRunning.value = false
    }
  }
  return { trouble, isRunning, run: (act) => void run(act) }
}
