/** A limit on one attempt. `AbortSignal.any` would do, but Node 20 may collect a timeout signal that only it refers to. */

export interface TimeLimit {
  /** Fires when the time is over, or with the first of the others. */
  readonly signal: AbortSignal
  /** It was the time. */
  isOver(): boolean
  /** Lets go of timer and listeners. */
  end(): void
}

/** Resolves when the time is over or with the first of the signals, whichever comes first. */
export async function waitAtMost(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  const limit = timeLimit(ms, signals)
  await new Promise<void>((resolve) => {
    if (limit.signal.aborted) return resolve()
    limit.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  limit.end()
}

export function timeLimit(ms: number, others: readonly AbortSignal[]): TimeLimit {
  const controller = new AbortController()
  let over = false
  const fire = (): void => controller.abort()
  const timer = setTimeout(() => {
    over = true
    fire()
  }, ms)
  for (const other of others) {
    if (other.aborted) fire()
    else other.addEventListener('abort', fire, { once: true })
  }
  return {
    signal: controller.signal,
    isOver: () => over,
    end() {
      clearTimeout(timer)
      for (const other of others) other.removeEventListener('abort', fire)
    },
  }
}
