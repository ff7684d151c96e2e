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
  readonly failed: readonly { readonly name: string; readonly reason: string }[]
  readonly failures: number
}

export const sending = signal<Sending | null>(null)
const named = 20
const atOnce = 2

let stop = new AbortController()

export function cancelSending(): void {
  stop.abort()
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
  stop.abort()
  stop = new AbortController()
  const { signal } = stop
  sending.value = { total: files.length, done: 0, failed: [], failures: 0 }
  let next = 0
  const work = async (): Promise<void> => {
    for (let file = files[next++]; file !== undefined && !signal.aborted; file = files[next++]) {
      const reason = await sendOne(file, inspect, signal)
      const now = sending.peek()
      if (signal.aborted || now === null) return
      sending.value =
        reason === null
          ? { ...now, done: now.done + 1 }
          : {
              ...now,
              done: now.done + 1,
              failures: now.failures + 1,
              failed: now.failed.length < named ? [...now.failed, { name: file.name, reason }] : now.failed,
            }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

/** @returns why there is no verdict; null where there is one. */
async function sendOne(file: File, inspect: Inspect, signal: AbortSignal): Promise<string | null> {
  for (;;) {
    try {
      await inspect(file, signal)
      return null
    } catch (error) {
      if (signal.aborted) return null
      if (!(error instanceof Refusal) || error.status !== 503 || error.code !== 'BUSY') {
        return error instanceof Error ? error.message : String(error)
      }
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}
