/** What happens at the station, told to whoever watches; the latest are kept for those whose connection broke. */
import type { StationEvent } from '../../wire/station/event.ts'

export interface NumberedEvent {
  /** Counts up without gaps from the start of the station. */
  readonly seq: number
  readonly event: StationEvent
}

export interface EventHub {
  tell(event: StationEvent): void
  /** Those after `seq` that are still known, the oldest first; undefined where some of them are not. */
  since(seq: number): readonly NumberedEvent[] | undefined
  /** @returns What ends it. */
  listen(listener: (event: NumberedEvent) => void): () => void
  readonly last: number
}

/** @param kept - How many of the latest are kept. */
export function createEventHub(kept = 1000): EventHub {
  const latest: NumberedEvent[] = []
  const listeners = new Set<(event: NumberedEvent) => void>()
  let last = 0
  return {
    tell(event) {
      const numbered = { seq: ++last, event }
      latest.push(numbered)
      if (latest.length > kept) latest.shift()
      for (const listener of listeners) listener(numbered)
    },
    since(seq) {
      if (seq > last) return // of an earlier start of the station
      const first = latest[0]?.seq ?? last + 1
      return seq + 1 < first ? undefined : latest.filter((each) => each.seq > seq)
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    get last() {
      return last
    },
  }
}
