/** Scores that are read a portion at a time are those of one reading, also where many parts are of one moment. */
import { expect, it } from 'vitest'
import { z } from 'zod'
import { openStore } from '../../src/records/database/open-store.ts'
import { readScores } from '../../src/records/inspections/scores.ts'
import { openRecords } from '../../src/records/open-records.ts'
import { scoredPartSchema } from '../../src/wire/station/scored-part.ts'
import { describeRecords, judged } from '../helpers/records.ts'

describeRecords('scores', (open) => {
  it('are the newest first, none missing and none twice', async () => {
    const { records, clock, options } = await open()
    const ids: string[] = []
    for (let i = 0; i < 40; i++) {
      if (i % 5 === 0) clock.pass(1000)
      const outcome = i % 8 === 3 ? ('failed' as const) : ('nominal' as const)
      const given = judged(clock, { outcome, score: outcome === 'failed' ? null : i, lot: i % 2 ? 'A' : 'B' })
      await records.inspections.record({ judged: given, files: [], letters: [] })
      if (outcome !== 'failed') ids.unshift(given.id)
    }
    const { db, close } = await openStore(options)
    const idsOf = async (limit: number, portionRows: number, few: number, lot?: string) =>
      (
        await readScores(db, lot === undefined ? {} : { lot }, limit, {
          portionRows,
          bounds: { few, many: 100 },
        })
      ).map(({ id }) => id)
    for (const portion of [1, 3, 7, 35, 100])
      for (const few of [0, 1000]) {
        expect(await idsOf(100, portion, few)).toEqual(ids)
        expect(await idsOf(12, portion, few)).toEqual(ids.slice(0, 12))
        const ofLot = await idsOf(100, portion, few, 'A')
        expect(ofLot).toEqual(ids.filter((id) => ofLot.includes(id)))
        expect(ofLot).toHaveLength(15)
      }
    await close()
  })

  it('are the same as text, whoever reads', async () => {
    const { records, clock, options } = await open()
    for (let i = 0; i < 12; i++) {
      if (i % 3 === 0) clock.pass(1000)
      const outcome = i % 4 === 3 ? ('failed' as const) : ('review' as const)
      const score = outcome === 'failed' ? null : (i - 5) / 3
      const given = judged(clock, { outcome, score, lot: i % 2 ? 'A' : 'B' })
      await records.inspections.record({ judged: given, files: [], letters: [] })
      const { id: inspection } = given
      if (i % 4 === 1) await records.review.claim(inspection, 'Ann')
      if (i % 4 === 1)
        await records.review.correct({
          inspection,
          by: 'Ann',
          label: 'anomalous',
          kind: null,
          note: null,
          masks: [],
        })
    }
    const beside = await openRecords({ ...options, readsBeside: true })
    try {
      for (const [filter, limit] of [
        [{}, 100],
        [{}, 4],
        [{ lot: 'A' }, 100],
        [{ lot: 'C' }, 100],
      ] as const) {
        const parts = await records.inspections.scores(filter, limit)
        for (const { inspections } of [records, beside]) {
          const text = Buffer.from(await inspections.scoresJson(filter, limit)).toString()
          expect(text).toBe(JSON.stringify(parts))
          expect(z.array(scoredPartSchema).parse(JSON.parse(text))).toEqual(parts)
        }
      }
      expect(await records.inspections.scores({}, 100)).toHaveLength(9)
      expect(new Set((await records.inspections.scores({}, 100)).map(({ label }) => label)).size).toBe(2)
    } finally {
      await beside.close()
    }
  })
})
