/**
 * A million records: what an inspection costs to write, and what the page's queries take. `npx tsx bench/records.bench.ts`
 * (`--records N` for fewer, `--database postgres://...` for PostgreSQL). With `--folder DIR` the records stay, and a second run
 * makes those alone that are missing; `--only-fill` measures nothing. `--beside` compares what this process does for a query where it
 * reads the file itself with what it does where a process reads for it (SQLite): processor time, which other work does not change.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { newInspectionId } from '../src/records/new-id.ts'
import { openRecords } from '../src/records/open-records.ts'
import type { Records } from '../src/records/records.ts'
import type { InspectionFilter } from '../src/wire/station/query.ts'
import { cycleMs, fillRecords, judgedAt, start } from './fill-records.ts'
import { machine, markdownTable, spread } from './machine.ts'

const rounds = 7

const { values } = parseArgs({
  options: {
    ...{ records: { type: 'string' }, database: { type: 'string' }, folder: { type: 'string' } },
    ...{ 'only-fill': { type: 'boolean' }, beside: { type: 'boolean' } },
  },
})
const count = Number(values.records ?? 1_000_000)

async function main(): Promise<void> {
  console.log(machine())
  const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'plumbline-records-')))
  let now = start
  const options = {
    ...{ folder, clock: () => new Date(now) },
    ...(values.database === undefined ? {} : { database: values.database }),
  }
  try {
    const records = await openRecords(options)
    const there = (await records.inspections.count({}, count)).count
    if (there < count) {
      const filling = performance.now()
      await fillRecords(options, records, count, there)
      console.log(`${count - there} records made in ${((performance.now() - filling) / 1000).toFixed(0)} s`)
    }
    if (values['only-fill']) {
      await records.close()
      return
    }
    now = start + count * cycleMs
    if (values.beside) {
      const beside = await openRecords({ ...options, readsBeside: true })
      await measureBeside(records, beside, now)
      await beside.close()
      await records.close()
      return
    }
    await measureWrites(records, () => (now += cycleMs))
    await measureQueries(records, now)
    await records.close()
    if (values.database === undefined) {
      const { size } = await stat(join(folder, 'records.db'))
      console.log(`${(size / count).toFixed(0)} bytes a record in the database`)
    }
  } finally {
    if (values.folder === undefined) await rm(folder, { recursive: true, force: true })
  }
}

async function measureWrites(records: Records, next: () => number): Promise<void> {
  const letter = { target: 'mqtt', kind: 'inspection', payload: { outcome: 'nominal' } }
  const times: number[] = []
  for (let i = 0; i < 300; i++) {
    const judged = { ...judgedAt(0, 0.5), time: new Date(next()).toISOString(), idempotencyKey: `key ${i}` }
    const began = performance.now()
    await records.inspections.record({
      judged: { ...judged, id: newInspectionId(new Date(judged.time)) },
      files: [],
      letters: [letter],
    })
    times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  console.log(
    `one inspection with one letter: median ${times[150]?.toFixed(2)} ms, p99 ${times[297]?.toFixed(2)} ms`,
  )
}

/** Milliseconds of processor in this process, turn by turn. */
async function measureBeside(own: Records, beside: Records, now: number): Promise<void> {
  const outcome = ['anomalous', 'review'] as const
  const cases: readonly (readonly [string, (records: Records) => Promise<unknown>])[] = [
    ['newest 100', ({ inspections }) => inspections.page({ filter: {}, order: 'newest', limit: 100 })],
    [
      'rejected or to review, newest 100',
      ({ inspections }) =>
        inspections.page({ filter: { outcome: [...outcome] }, order: 'newest', limit: 100 }),
    ],
    ['count, up to 10,000', ({ inspections }) => inspections.count({ camera: 'camera 1' })],
    ['what occurs', ({ inspections }) => inspections.facets()],
    ['counts by day', ({ inspections }) => inspections.tallies(new Date(start), new Date(now), 'day')],
    ['strata for the promise', ({ inspections }) => inspections.strata('f'.repeat(64), null, null)],
    ['queue: next 50', ({ review }) => review.open({ by: 'Bob', limit: 50 })],
    ['queue: how many', ({ review }) => review.openCount()],
    ['scores of the latest 20,000', ({ inspections }) => inspections.scores({}, 20_000)],
    ['the same as the text of an answer', ({ inspections }) => inspections.scoresJson({}, 20_000)],
  ]
  const rows = [['query', 'here: median (least..most)', 'by a process beside']]
  for (const [name, run] of cases) {
    const times: readonly [number[], number[]] = [[], []]
    for (let round = -1; round < 2 * rounds; round++) {
      for (const [i, records] of [own, beside].entries()) {
        const before = process.cpuUsage()
        await run(records)
        const { user, system } = process.cpuUsage(before)
        if (round >= 0) times[i]!.push((user + system) / 1000)
      }
    }
    rows.push([name, spread(times[0]), spread(times[1])])
  }
  console.log(markdownTable(rows))
}

async function measureQueries(records: Records, now: number): Promise<void> {
  const iso = (ms: number): string => new Date(ms).toISOString()
  const middle = start + (count * cycleMs) / 2
  const page =
    (filter: InspectionFilter, order: 'newest' | 'oldest' | 'highest' | 'lowest' = 'newest') =>
    () =>
      records.inspections.page({ filter, order, limit: 100 })
  let after: string | null = null
  for (let i = 0; i < 20; i++) {
    after = (
      await records.inspections.page({ filter: {}, order: 'newest', limit: 500, ...(after ? { after } : {}) })
    ).next
  }
  const deep = after ?? ''
  const cases: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['newest 100', page({})],
    [
      '100 after the first 10,000',
      () => records.inspections.page({ filter: {}, order: 'newest', limit: 100, after: deep }),
    ],
    ['highest scores', page({}, 'highest')],
    ['rejected, newest', page({ outcome: ['anomalous'] })],
    ['rejected or to review of one camera', page({ outcome: ['anomalous', 'review'], camera: 'camera 1' })],
    ['one lot', page({ lot: `lot ${(count / 2) >> 9}` })],
    [
      'one lot, rejected, highest',
      page({ lot: `lot ${(count / 2) >> 9}`, outcome: ['anomalous'] }, 'highest'),
    ],
    ['a day in the middle', page({ from: iso(middle), to: iso(middle + 86_400_000) }, 'oldest')],
    ['a day in the middle, by score', page({ from: iso(middle), to: iso(middle + 86_400_000) }, 'highest')],
    ['scores between two, newest', page({ scoreFrom: 2.9, scoreTo: 2.95 })],
    ['corrected as defective, one kind', page({ correction: 'anomalous', kind: 'kind 3' })],
    ['passed, but corrected as defective (none)', page({ outcome: ['nominal'], correction: 'anomalous' })],
    ['outcome that never occurs', page({ outcome: ['timeout'], camera: 'camera 1' }, 'highest')],
    ['outcome that seldom occurs, of one camera', page({ outcome: ['failed'], camera: 'camera 1' })],
    ['rejected or to review, newest', page({ outcome: ['anomalous', 'review'] })],
    ['rejected or to review, highest', page({ outcome: ['anomalous', 'review'] }, 'highest')],
    ['passed, highest', page({ outcome: ['nominal'] }, 'highest')],
    ['passed or to review, highest', page({ outcome: ['nominal', 'review'] }, 'highest')],
    ['one camera, highest', page({ camera: 'camera 1' }, 'highest')],
    ['one model, highest', page({ model: 'f'.repeat(64) }, 'highest')],
    ['one lot of one camera', page({ lot: `lot ${(count / 2) >> 9}`, camera: 'camera 1' })],
    ['a month by score', page({ from: iso(middle), to: iso(middle + 30 * 86_400_000) }, 'highest')],
    ['corrected as defective, lowest', page({ correction: 'anomalous' }, 'lowest')],
    [
      'passed, but defective (none), highest',
      page({ outcome: ['nominal'], correction: 'anomalous' }, 'highest'),
    ],
    ['corrected, lowest', page({ correction: 'any' }, 'lowest')],
    ['not corrected, lowest', page({ correction: 'none' }, 'lowest')],
    ['a part by its id', page({ part: `part ${count >> 1}` })],
    ['count, up to 10,000', () => records.inspections.count({ camera: 'camera 1' })],
    ['count of a lot, rejected', () => records.inspections.count({ lot: 'lot 900', outcome: ['anomalous'] })],
    ['queue: next 50', () => records.review.open({ by: 'Bob', limit: 50 })],
    ['queue: claim the next', () => records.review.claimNext('Bob')],
    ['scores of the latest 20,000', () => records.inspections.scores({}, 20_000)],
    ['what occurs (lots, cameras, kinds)', () => records.inspections.facets()],
    ['counts by day, all', () => records.inspections.tallies(new Date(start), new Date(now), 'day')],
    ['strata for the promise, all', () => records.inspections.strata('f'.repeat(64), null, null)],
    ['letters by target', () => records.outbox.counts()],
  ]
  const rows = [['query', 'ms: median (least..most)']]
  for (const [name, run] of cases) {
    const times: number[] = []
    for (let i = 0; i < rounds; i++) {
      const began = performance.now()
      await run()
      times.push(performance.now() - began)
    }
    rows.push([name, spread(times)])
  }
  console.log(markdownTable(rows))
}

await main()
