/** Whichever way the database is led to the rows of a filter, they are the same: against all rows, filtered and sorted here. */
import { expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { openStore } from '../../src/records/database/open-store.ts'
import { cursorOf, readRows } from '../../src/records/inspections/page.ts'
import type { InspectionRow } from '../../src/records/inspections/rows.ts'
import { outcomes } from '../../src/wire/station/outcomes.ts'
import type { InspectionFilter, InspectionQuery } from '../../src/wire/station/query.ts'
import { describeRecords, judged } from '../helpers/records.ts'

const orders = ['newest', 'oldest', 'highest', 'lowest'] as const
/** Few enough to be sorted, too many, and in between. */
const ways = [
  { few: 1000, many: 1000 },
  { few: 0, many: 4 },
  { few: 5, many: 20 },
]

describeRecords('rows of a filter', (open) => {
  it('are the same by every index, page by page', async () => {
    const { records, clock, options } = await open()
    const random = createRandom(3, 'ways')
    const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)] as T
    for (let i = 0; i < 60; i++) {
      clock.pass(random.integer(2) * 60_000)
      const outcome = pick(outcomes)
      const score = outcome === 'failed' ? null : random.integer(6) / 2
      const where = { lot: pick(['A', 'B', null]), camera: pick(['c1', 'c2']), part: pick(['1', '2', null]) }
      const given = judged(clock, { outcome, score, ...where })
      const { inspection } = await records.inspections.record({ judged: given, files: [], letters: [] })
      if (i % 4 !== 0) continue
      const [label, kind] = pick([
        ['nominal', null],
        ['anomalous', 'dent'],
      ] as const)
      const by = { by: pick(['Ann', 'Bob']), masks: [], note: null }
      await records.review.correct({ inspection: inspection.id, label, kind, ...by })
    }
    const store = await openStore(options)
    const all = await store.db.selectFrom('inspections').selectAll().execute()
    const { from, to } = { from: all[15]?.time ?? 0, to: all[45]?.time ?? 0 }
    const people = new Map(
      (await store.db.selectFrom('people').selectAll().execute()).map((each) => [each.id, each.name]),
    )
    const slow = (filter: InspectionFilter, order: InspectionQuery['order']): InspectionRow[] => {
      const byTime = order === 'newest' || order === 'oldest'
      const value = (row: InspectionRow): number => Number(byTime ? row.time : row.score)
      const sign = order === 'newest' || order === 'highest' ? -1 : 1
      const { correction } = filter
      return all
        .filter(
          (row) =>
            (byTime || row.score !== null) &&
            (filter.outcome === undefined || filter.outcome.some((each) => each === row.outcome)) &&
            (filter.lot ?? row.lot) === row.lot &&
            (filter.camera ?? row.camera) === row.camera &&
            (filter.part ?? row.part) === row.part &&
            (filter.kind ?? row.defect_kind) === row.defect_kind &&
            (filter.review ?? row.review_state) === row.review_state &&
            (filter.correctedBy === undefined || people.get(row.corrected_by ?? 0) === filter.correctedBy) &&
            (correction === undefined ||
              (correction === 'any'
                ? row.label !== null
                : correction === 'none'
                  ? row.label === null
                  : row.label === correction)) &&
            (filter.scoreFrom === undefined || (row.score !== null && row.score >= filter.scoreFrom)) &&
            (filter.scoreTo === undefined || (row.score !== null && row.score < filter.scoreTo)) &&
            (filter.from === undefined || row.time >= Date.parse(filter.from)) &&
            (filter.to === undefined || row.time < Date.parse(filter.to)),
        )
        .sort((a, b) => sign * (value(a) - value(b) || a.seq - b.seq))
    }
    const some: readonly InspectionFilter[] = [
      ...[{ lot: 'A' }, { camera: 'c1' }, { part: '2' }, { kind: 'dent' }, { correctedBy: 'Bob' }],
      ...(['none', 'any', 'nominal', 'anomalous'] as const).map((correction) => ({ correction })),
      ...[{ scoreFrom: 1 }, { scoreTo: 2 }, { scoreFrom: 1, scoreTo: 2.5 }, { review: 'open' as const }],
      ...[
        { from: new Date(from).toISOString() },
        { to: new Date(to).toISOString() },
        { model: 'f'.repeat(64) },
      ],
      ...[
        { outcome: ['failed' as const] },
        { outcome: ['anomalous' as const, 'review' as const] },
        { outcome: [...outcomes] },
      ],
      ...[{ outcome: ['nominal' as const, 'anomalous' as const, 'failed' as const] }, {}],
    ]
    let matched = 0
    for (let i = 0; i < 120; i++) {
      const filter = { ...pick(some), ...pick(some), ...(i % 3 === 0 && pick(some)) }
      const order = pick(orders)
      const expected = slow(filter, order).map(({ seq }) => seq)
      matched += expected.length
      const found: number[] = []
      for (let after: string | undefined; ; ) {
        const rows = await readRows(
          store.db,
          { filter, order, ...(after !== undefined && { after }) },
          7,
          ways[i % 3],
        )
        found.push(...rows.map(({ seq }) => seq))
        const last = rows.at(-1)
        if (rows.length < 7 || last === undefined) break
        after = cursorOf(order, last)
      }
      expect(found, JSON.stringify({ filter, order })).toEqual(expected)
    }
    expect(matched).toBeGreaterThan(500)
    await store.close()
  })
})
