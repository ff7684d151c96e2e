/** What a view reads of the station: asked for when it is shown, again when something happened, and gone with the view. */
import { type Signal, signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'

export type Loaded<Value> =
  | { readonly state: 'asking'; readonly value: Value | undefined }
  | { readonly state: 'there'; readonly value: Value }
  | { readonly state: 'failed'; readonly value: Value | undefined; readonly error: Error }

export interface Resource<Value> {
  readonly now: Signal<Loaded<Value>>
  /** Asks again; what is there stays visible meanwhile. */
  refresh(): void
}

/** @param key - Another key is another question: what was there is forgotten. */
export function useResource<Value>(
  key: string,
  ask: (signal: AbortSignal) => Promise<Value>,
): Resource<Value> {
  // the key stands for the question
  const resource = useMemo(() => makeResource(ask), [key])
  useEffect(() => {
    resource.refresh()
    return () => resource.stop()
  }, [resource])
  return resource
}

function makeResource<Value>(
  ask: (signal: AbortSignal) => Promise<Value>,
): Resource<Value> & { stop(): void } {
  const now = signal<Loaded<Value>>({ state: 'asking', value: undefined })
  let running: AbortController | undefined
  const refresh = async (): Promise<void> => {
    running?.abort()
    const own = new AbortController()
    running = own
    const before = now.peek().value
    if (before === undefined) now.value = { state: 'asking', value: undefined }
    try {
      const value = await ask(own.signal)
      if (!own.signal.aborted) now.value = { state: 'there', value }
    } catch (error) {
      if (own.signal.aborted) return
      now.value = {
        state: 'failed',
        value: before,
        error: error instanceof Error ? error : new Error(String(error)),
      }
    }
  }
  return { now, refresh: () => void refresh(), stop: () => running?.abort() }
}
