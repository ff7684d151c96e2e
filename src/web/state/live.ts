/** The latest verdicts, and how many there were of each since the page began to count. */
import { signal } from '@preact/signals'
import type { StationInspection } from '../../wire/station/inspection.ts'
import type { StationOutcome } from '../../wire/station/verdict.ts'
import { listen } from './events.ts'
import { station } from './station.ts'

const kept = 24
const day = 24 * 3600_000

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

/** What came while the records were read may be counted there or not: they are read again when it surely is. */
const settlesIn = 2000

/** Reads what was, and follows what comes. @returns what ends it. */
export function followLive(fail: (error: Error) => void): () => void {
  const stop = new AbortController()
  let meanwhile: StationInspection[] | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const read = async (): Promise<void> => {
    clearTimeout(timer)
    const came: StationInspection[] = []
    meanwhile = came
    // the clock of this machine may be wrong by hours; nothing is of tomorrow
    const now = new Date()
    const from = new Date(now.getTime() - day).toISOString()
    const to = new Date(now.getTime() + day).toISOString()
    const by = { signal: stop.signal }
    try {
      const query = { filter: {}, order: 'newest', limit: kept } as const
      const [page, tallies] = await Promise.all([
        station.inspections(query, by),
        station.tallies(from, to, 'hour', by),
      ])
      if (meanwhile !== came) return // a later reading knows more
      latest.value = page.inspections
      counts.value = tallies.reduce<Counts>((sum, tally) => addCounts(sum, tally.counts), {})
      meanwhile = null
      for (const inspection of came) add(inspection)
      if (came.length > 0) timer = setTimeout(() => void read(), settlesIn)
    } catch (error) {
      if (meanwhile === came) meanwhile = null
      if (!stop.signal.aborted) fail(error as Error)
    }
  }
  const unlisten = listen((heard) => {
    if (heard.kind === 'gap') void read()
    if (heard.kind !== 'inspection' || heard.inspection.shadowOf !== null) return
    meanwhile?.push(heard.inspection)
    add(heard.inspection)
  })
  void read()
  return () => {
    stop.abort()
    clearTimeout(timer)
    unlisten()
  }
}

function add(inspection: StationInspection): void {
  if (!latest.value.some(({ id }) => id === inspection.id)) {
    counts.value = addCounts(counts.value, { [inspection.outcome]: 1 })
  }
  latest.value = withLatest(latest.value, inspection)
}
