/**
 * What happens at the station, as it happens. One connection for the whole page; it is renewed by itself, and whoever listens is
 * told after a gap that something may have been missed.
 */
import { signal } from '@preact/signals'
import type { StationEvent } from '../../wire/station/event.ts'
import { reachable } from './call.ts'

/** `gap`: connected again after a break. */
export type Heard = StationEvent | { readonly kind: 'gap' }

const listeners = new Set<(heard: Heard) => void>()

export const connection = signal<'connecting' | 'open' | 'broken'>('connecting')

/** @returns what ends the listening. */
export function listen(listener: (heard: Heard) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const tell = (heard: Heard): void => {
  for (const listener of listeners) listener(heard)
}

const longestWait = 10_000
let source: EventSource | undefined
let wait = 500
let wasOpen = false
let timer: ReturnType<typeof setTimeout> | undefined

export function connect(): void {
  clearTimeout(timer)
  source?.close()
  connection.value = wasOpen ? 'broken' : 'connecting'
  source = new EventSource('v1/events')
  source.onopen = () => {
    connection.value = 'open'
    reachable.value = true
    wait = 500
    if (wasOpen) tell({ kind: 'gap' })
    wasOpen = true
  }
  source.onmessage = ({ data }: MessageEvent<string>) => tell(JSON.parse(data) as StationEvent)
  source.onerror = () => {
    connection.value = 'broken'
    source?.close()
    timer = setTimeout(connect, wait)
    wait = Math.min(longestWait, wait * 2)
  }
}

/** At once, where the person does not want to wait. */
export function reconnect(): void {
  wait = 500
  connect()
}
