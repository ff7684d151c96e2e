/**
 * Pictures that a person drops in: sent two at a time, in order, with what became of each. A full station is waited for as long as
 * it asks; what is no picture is said by name and the rest goes on.
 */
import { signal } from '@preact/signals'
import type { InspectAnswer } from '../../wire/serve/inspect.ts'
import { Refusal } from './call.ts'
import { station } from './station.ts'

export interface Sending {
  readonly total: number
  readonly done: number
  /** Names and reasons of those without a verdict; at most {@link named} of them. */
  readonly failed: readonly { readonly name: string; readonly reason: Error }[]
  readonly failures: number
}

export const sending = signal<Sending | null>(null)
const named = 20
const atOnce = 2

/** Everything from a first file until all are done or cancelled; who was cancelled never takes from the next round's queue. */
interface Round {
  readonly stop: AbortController
  readonly queue: File[]
  workers: number
}

const newRound = (): Round => ({ stop: new AbortController(), queue: [], workers: 0 })
let round = newRound()

export function cancelSending(): void {
  round.stop.abort()
  round = newRound()
  sending.value = null
}

export function forgetSending(): void {
  sending.value = null
}

type Inspect = (picture: Blob, signal: AbortSignal) => Promise<InspectAnswer>
const byStation: Inspect = (picture, signal) => station.inspect(picture, {}, { signal })

/** More files may be added while others are on their way: they queue behind those. */
export async function sendPictures(files: readonly File[], inspect: Inspect = byStation): Promise<void> {
  if (files.length === 0) return
  const now = sending.peek()
  // what is over begins anew; what is under way grows
  const under = now !== null && now.done < now.total ? now : { total: 0, done: 0, failed: [], failures: 0 }
  sending.value = { ...under, total: under.total + files.length }
  round.queue.push(...files)
  const starting = Math.max(0, atOnce - round.workers)
  await Promise.all(Array.from({ length: starting }, () => sendQueued(round, inspect)))
}

async function sendQueued(own: Round, inspect: Inspect): Promise<void> {
  const { signal } = own.stop
  own.workers++
  try {
    for (let file = own.queue.shift(); file !== undefined; file = own.queue.shift()) {
      const reason = await sendOne(file, inspect, signal)
      if (signal.aborted) return
      count(file, reason)
    }
  } finally {
    own.workers--
  }
}

function count({ name }: File, reason: Error | null): void {
  const now = sending.peek()
  if (now === null) return
  const done = now.done + 1
  if (reason === null) {
    sending.value = { ...now, done }
    return
  }
  const failed = now.failed.length < named ? [...now.failed, { name, reason }] : now.failed
  sending.value = { ...now, done, failed, failures: now.failures + 1 }
}

/** @returns why there is no verdict; null where there is one. */
async function sendOne(file: File, inspect: Inspect, signal: AbortSignal): Promise<Error | null> {
  for (;;) {
    try {
      await inspect(file, signal)
      return null
    } catch (error) {
      if (signal.aborted) return null
      if (!(error instanceof Refusal) || error.status !== 503 || error.code !== 'BUSY') {
        return error instanceof Error ? error : new Error(String(error))
      }
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}
