/** The latest verdicts and their counts, while verdicts go on. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Heard } from '../../src/web/state/events.ts'
import { counts, followLive, latest } from '../../src/web/state/live.ts'
import { station } from '../../src/web/state/station.ts'
import type { StationInspection } from '../../src/wire/station/inspection.ts'
import { anInspection } from './fake-station.ts'

const listeners = vi.hoisted(() => new Set<(heard: Heard) => void>())
vi.mock('../../src/web/state/events.ts', () => ({
  listen: (listener: (heard: Heard) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}))

/** What the station has recorded; the page may not know of it yet. */
let recorded: StationInspection[] = []
let end: () => void = () => {}

const tell = (inspection: StationInspection): void => {
  for (const listener of listeners) listener({ kind: 'inspection', at: inspection.time, inspection })
}
const judge = (n: number): StationInspection => {
  const inspection = anInspection(n, { outcome: 'nominal' })
  recorded = [inspection, ...recorded]
  return inspection
}

beforeEach(() => {
  vi.useFakeTimers()
  recorded = []
  vi.spyOn(station, 'inspections').mockImplementation(async () => ({
    inspections: recorded.slice(0, 24),
    next: null,
  }))
})
afterEach(() => {
  end()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** @param during - Happens after the station has counted, before the page knows. */
function tallied(during: () => void): void {
  vi.spyOn(station, 'tallies').mockImplementation(async () => {
    const { length } = recorded
    during()
    return length === 0 ? [] : [{ from: '2026-01-01T00:00:00.000Z', counts: { nominal: length } } as never]
  })
}

it('counts what came while the records were read, once', async () => {
  for (let n = 0; n < 30; n++) judge(n)
  let next = 30
  tallied(() => {
    if (next === 30) for (let i = 0; i < 3; i++) tell(judge(next++))
  })
  end = followLive(() => {})
  await vi.advanceTimersByTimeAsync(1)
  tell(judge(next++))
  expect([latest.value[0]?.id, counts.value]).toEqual([recorded[0]?.id, { nominal: 34 }])
})

it('does not keep a verdict twice that was recorded before it was read and told after', async () => {
  for (let n = 0; n < 30; n++) judge(n)
  let late: StationInspection[] = Array.from({ length: 40 }, (_, i) => judge(30 + i))
  tallied(() => {
    for (const inspection of late) tell(inspection) // more than the page lists
    late = []
  })
  end = followLive(() => {})
  await vi.advanceTimersByTimeAsync(2500)
  expect(counts.value).toEqual({ nominal: 70 })
})

it('does not count by its own clock', async () => {
  vi.setSystemTime('2020-01-01T00:00:00.000Z')
  const asked = vi.spyOn(station, 'tallies').mockResolvedValue([])
  end = followLive(() => {})
  await vi.advanceTimersByTimeAsync(1)
  expect(asked.mock.calls[0]?.slice(0, 2)).toEqual(['2019-12-31T00:00:00.000Z', '2020-01-02T00:00:00.000Z'])
})
