/** One client, quiet, and again while somebody looks through the page's queries: they are answered by the thread that judges. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { StationProcess } from '../scripts/station/station-process.ts'
import { load, percentile, timesOf } from './station-load.ts'

/** What the page asks as one goes from view to view, with the limits that it asks with. */
const queries = [
  'inspections?limit=100',
  'inspections?limit=100&order=highest',
  'inspections?limit=100&outcome=anomalous,review',
  'inspections/count',
  'facets',
  'tallies?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&by=day',
  'review?limit=50',
  'review/count',
  'promise',
  'scores?limit=20000',
]
/** Between one answer and the next question. */
const pauseMs = 100

export async function measurePage(
  { address }: StationProcess,
  pictures: readonly Uint8Array[],
  count: number,
  rows: string[][],
): Promise<void> {
  const took = new Map<string, number[]>(queries.map((query) => [query, []]))
  let isLooking = true
  const look = async (): Promise<void> => {
    for (let i = 0; isLooking; i++) {
      const query = queries[i % queries.length]!
      const started = performance.now()
      const response = await fetch(`${address}/v1/${query}`)
      const text = await response.text()
      if (!response.ok) throw new Error(`${query}: ${text}`)
      took.get(query)!.push(performance.now() - started)
      await sleep(pauseMs)
    }
  }
  const measure = async (): Promise<string> => {
    const times = timesOf(await load(address, pictures, 1, (answered) => answered >= count))
    return [0.5, 0.99, 1].map((share) => percentile(times, share).toFixed(1)).join(', ')
  }
  await measure() // warm
  const quiet = await measure()
  const looking = look()
  const beside = await measure()
  isLooking = false
  await looking
  rows.push(
    ['one client, quiet: median, p99, longest in ms', quiet, ''],
    ['one client while the page is used: the same', beside, ''],
    ...[...took].map(([query, times]) => [`\`${query}\`, ms`, percentile(times, 0.5).toFixed(1), '']),
  )
}
