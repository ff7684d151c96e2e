/** The latest verdicts, and how many there were of each since the page began to count. */
import { signal } from '@preact/signals'
import type { StationInspection } from '../../wire/station/inspection.ts'
import type { StationOutcome } from '../../wire/station/verdict.ts'
import { listen } from './events.ts'
import { station } from './station.ts'

const kept = 24

export type Counts = Readonly<Partial<Record<StationOutcome, number>>>

/** Newest first, answered ones only. */
export const latest = signal<readonly StationInspection[]>([])
/** Of the last 24 hours, by the records, and of what came since. */
export const counts = signal<Counts>({})

export function addCounts(first: Counts, second: Counts): Counts {
  const sum: Partial<Record<StationOutcome, number>> = { ...first }
  for (const [outcome, n] of Object.entries(second) as [StationOutcome, number][]) {
    sum[outcome] = (sum[outcome] ?? 0) + n
  }
  return sum
}

/** Puts an inspection first, in its place where it is known already. */
export function withLatest(list: readonly StationInspection[], next: StationInspection): StationInspection[] {
  return [next, ...list.filter(({ id }) => id !== next.id)]
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, kept)
}

/** Reads what was, and follows what comes. @returns what ends it. */
export function followLive(fail: (error: Error) => void): () => void {
  const stop = new AbortController()
  const read = async (): Promise<void> => {
    const to = new Date()
    const from = new Date(to.getTime() - 24 * 3600_000)
    const by = { signal: stop.signal }
    try {
      const query = { filter: {}, order: 'newest', limit: kept } as const
      const [page, tallies] = await Promise.all([
        station.inspections(query, by),
        station.tallies(from.toISOString(), to.toISOString(), 'hour', by),
      ])
      latest.value = page.inspections
      counts.value = tallies.reduce<Counts>((sum, tally) => addCounts(sum, tally.counts), {})
    } catch (error) {
      if (!stop.signal.aborted) fail(error as Error)
    }
  }
  void read()
  const unlisten = listen((heard) => {
    if (heard.kind === 'gap') void read()
    if (heard.kind !== 'inspection' || heard.inspection.shadowOf !== null) return
    const { inspection } = heard
    if (!latest.value.some(({ id }) => id === inspection.id)) {
      counts.value = addCounts(counts.value, { [inspection.outcome]: 1 })
    }
    latest.value = withLatest(latest.value, inspection)
  })
  return () => {
    stop.abort()
    unlisten()
  }
}
