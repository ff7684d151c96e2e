import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import type { Judged } from '../../src/wire/station/inspection.ts'
import { stationInspectionSchema } from '../../src/wire/station/inspection.ts'
import type { InspectionFilter } from '../../src/wire/station/query.ts'
import { describeRecordsAndReads, imageFiles, judged, keepAll, sha } from '../helpers/records.ts'

const letter = (target: string) => ({ target, kind: 'inspection', payload: { ok: true, text: 'ä\u0000' } })

describeRecordsAndReads('inspections', (open) => {
  it('come back as they were recorded', async () => {
    const { records, clock } = await open({ keep: keepAll })
    const region = { box: [1, 2, 3, 4] as [number, number, number, number], area: 9, peak: 3.5, mean: 2.25 }
    const given = judged(clock, {
      ...{
        outcome: 'review',
        part: 'Teil "7"',
        lot: "L'1",
        camera: 'oben',
        capturedAt: '2026-11-29T09:59:58.123Z',
      },
      ...{ idempotencyKey: 'k1', source: 'watch', score: 0.1 + 0.2 },
      images: [
        { hash: sha('a'), width: 10, height: 20, score: 1e-300, regions: [region] },
        { hash: sha('b'), width: null, height: null, score: null, regions: null },
      ],
    })
    const { inspection, isNew } = await records.inspections.record({
      judged: given,
      files: [imageFiles('a'), imageFiles('b')],
      letters: [letter('mqtt')],
    })
    expect(isNew).toBe(true)
    expect(inspection).toMatchObject(given)
    expect(stationInspectionSchema.parse(inspection)).toEqual(inspection)
    expect(await records.inspections.find(given.id)).toEqual(inspection)
    expect(inspection.review).toMatchObject({
      reason: 'review',
      selection: 'by-score',
      state: 'open',
      probability: 1,
    })
    expect(inspection.kept).toEqual(Array(2).fill({ picture: true, map: true, embedding: true }))
    expect(Buffer.from((await records.files.picture(given.id, 1))!)).toEqual(imageFiles('b').picture)
    expect(Buffer.from((await records.files.map(given.id, 0))!)).toEqual(imageFiles('a').map)
    expect(await records.files.embedding(given.id, 1)).toEqual(imageFiles('b').embedding)
    expect(await records.files.picture(given.id, 2)).toBeUndefined()
    expect(await records.inspections.find('0'.repeat(32))).toBeUndefined()
  })

  it('without a verdict are recorded as such, and nobody is asked to look', async () => {
    const { records, clock } = await open({ sampling: { everyPart: 1, nominal: 1, anomalous: 1, review: 1 } })
    for (const outcome of ['timeout', 'busy', 'no-model', 'failed'] as const) {
      const reason = `zero\u0000byte of ${outcome}`
      const given = judged(clock, { outcome, reason, score: null, model: null, thresholdUsed: null })
      await records.inspections.record({ judged: given, files: [], letters: [] })
      const found = await records.inspections.find(given.id)
      expect(found).toMatchObject({ outcome, score: null, model: null, review: null })
      expect(found?.reason).toBe(`zero\ufffdbyte of ${outcome}`)
    }
  })

  describe('are recorded once under retries', () => {
    const record = async (records: Awaited<ReturnType<typeof open>>['records'], given: Judged) =>
      await records.inspections.record({ judged: given, files: [], letters: [letter('a')] })

    it('by the idempotency key', async () => {
      const { records, clock } = await open()
      const first = await record(records, judged(clock, { idempotencyKey: 'k', imageHash: sha('x') }))
      const again = await record(
        records,
        judged(clock, { idempotencyKey: 'k', imageHash: sha('x'), score: 9 }),
      )
      expect(again.isNew).toBe(false)
      expect(again.inspection).toEqual(first.inspection)
      expect(await records.outbox.letters()).toHaveLength(1)
      expect(await records.inspections.count({})).toEqual({ count: 1, atLeast: false })
      await expect(
        record(records, judged(clock, { idempotencyKey: 'k', imageHash: sha('y') })),
      ).rejects.toThrow(UsageError)
    })

    it('by image, part and capture time, where both are given', async () => {
      const { records, clock } = await open()
      const same = { imageHash: sha('x'), part: 'P', capturedAt: '2026-11-29T09:00:00.000Z' }
      expect((await record(records, judged(clock, same))).isNew).toBe(true)
      expect((await record(records, judged(clock, same))).isNew).toBe(false)
      expect((await record(records, judged(clock, { ...same, part: 'Q' }))).isNew).toBe(true)
      expect(
        (await record(records, judged(clock, { ...same, capturedAt: '2026-11-29T09:00:00.001Z' }))).isNew,
      ).toBe(true)
      expect((await record(records, judged(clock, { ...same, part: null }))).isNew).toBe(true)
      expect((await record(records, judged(clock, { ...same, part: null }))).isNew).toBe(true)
      expect((await record(records, judged(clock, { ...same, idempotencyKey: 'k' }))).isNew).toBe(true)
    })

    it('by what was answered, for a model in shadow', async () => {
      const { records, clock } = await open()
      const { inspection } = await record(records, judged(clock))
      const shadow = { shadowOf: inspection.id, outcome: 'anomalous' as const }
      expect((await record(records, judged(clock, shadow))).isNew).toBe(true)
      expect((await record(records, judged(clock, shadow))).isNew).toBe(false)
      expect(await records.inspections.count({})).toMatchObject({ count: 1 })
      expect(await records.inspections.count({ shadow: 'shadow' })).toMatchObject({ count: 1 })
      expect(await records.inspections.count({ shadow: 'both' })).toMatchObject({ count: 2 })
    })

    it('when the same request comes twenty times at once', async () => {
      const { records, clock } = await open()
      const all = await Promise.all(
        Array.from({ length: 20 }, () =>
          record(records, judged(clock, { idempotencyKey: 'k', imageHash: sha('x') })),
        ),
      )
      expect(all.filter(({ isNew }) => isNew)).toHaveLength(1)
      expect(new Set(all.map(({ inspection }) => inspection.id)).size).toBe(1)
      expect(await records.outbox.letters()).toHaveLength(1)
    })
  })

  it('are paged by time and by score, each exactly once, also where values are equal', async () => {
    const { records, clock } = await open()
    const scores = [3, 1, 2, 2, 2, 5, null, 4, 2, 1]
    for (const [i, score] of scores.entries()) {
      if (i % 3 === 0) clock.pass(1000)
      await records.inspections.record({
        judged: judged(clock, { score, part: `${i}` }),
        files: [],
        letters: [],
      })
    }
    const walk = async (order: 'newest' | 'oldest' | 'highest' | 'lowest', filter: InspectionFilter = {}) => {
      const parts: string[] = []
      let after: string | undefined
      do {
        const page = await records.inspections.page({ filter, order, limit: 3, ...(after ? { after } : {}) })
        parts.push(...page.inspections.map(({ part }) => part!))
        after = page.next ?? undefined
      } while (after)
      return parts
    }
    const byTime = scores.map((_, i) => `${i}`)
    expect(await walk('oldest')).toEqual(byTime)
    expect(await walk('newest')).toEqual([...byTime].reverse())
    const highest = await walk('highest')
    expect(highest.map((i) => scores[Number(i)])).toEqual([5, 4, 3, 2, 2, 2, 2, 1, 1])
    expect(await walk('lowest')).toEqual([...highest].reverse())
    expect(await walk('oldest', { scoreFrom: 2, scoreTo: 4 })).toEqual(['0', '2', '3', '4', '8'])
    const { next } = await records.inspections.page({ filter: {}, order: 'newest', limit: 2 })
    for (const after of ['x', 'e30', next!.slice(2)]) {
      await expect(
        records.inspections.page({ filter: {}, order: 'newest', limit: 2, after }),
      ).rejects.toThrow(UsageError)
    }
    await expect(
      records.inspections.page({ filter: {}, order: 'lowest', limit: 2, after: next! }),
    ).rejects.toThrow(UsageError)
  })

  it('are found by everything that a filter names, together', async () => {
    const { records, clock } = await open()
    const rows: Partial<Judged>[] = [
      { lot: 'A', camera: 'c1', outcome: 'nominal', score: 1 },
      { lot: 'A', camera: 'c2', outcome: 'anomalous', score: 3 },
      { lot: 'B', camera: 'c1', outcome: 'review', score: 1.7 },
      { lot: null, camera: null, outcome: 'failed', score: null, model: null },
      { lot: "'; drop table inspections; --", part: '%', outcome: 'nominal', score: 1.1 },
    ]
    for (const row of rows) {
      clock.pass(60_000)
      await records.inspections.record({ judged: judged(clock, row), files: [], letters: [] })
    }
    const found = async (filter: InspectionFilter): Promise<number[]> => {
      const { inspections } = await records.inspections.page({ filter, order: 'oldest', limit: 50 })
      const { count } = await records.inspections.count(filter)
      expect(count).toBe(inspections.length)
      return inspections.map(({ lot, outcome }) =>
        rows.findIndex((row) => row.lot === lot && row.outcome === outcome),
      )
    }
    expect(await found({})).toEqual([0, 1, 2, 3, 4])
    expect(await found({ lot: 'A' })).toEqual([0, 1])
    expect(await found({ lot: 'A', camera: 'c2' })).toEqual([1])
    expect(await found({ outcome: ['nominal', 'failed'] })).toEqual([0, 3, 4])
    expect(await found({ outcome: [] })).toEqual([])
    expect(await found({ lot: "'; drop table inspections; --" })).toEqual([4])
    expect(await found({ part: '%' })).toEqual([4])
    expect(await found({ from: '2026-11-29T10:02:00.000Z', to: '2026-11-29T10:04:00.000Z' })).toEqual([1, 2])
    expect(await found({ model: 'f'.repeat(64) })).toEqual([0, 1, 2, 4])
    expect(await found({ model: 'other' })).toEqual([])
    expect(await found({ review: 'open' })).toEqual([2])
    expect(await found({ correction: 'any' })).toEqual([])
    expect(await records.inspections.count({}, 3)).toEqual({ count: 3, atLeast: true })
    const facets = await records.inspections.facets()
    expect(facets.lots).toEqual(["'; drop table inspections; --", 'B', 'A'])
    expect(facets.cameras).toEqual(['c1', 'c2'])
    expect(facets.models).toEqual([{ name: 'links', fingerprint: 'f'.repeat(64) }])
    expect((await records.inspections.scores({}, 3)).map(({ score }) => score)).toEqual([1.1, 1.7, 3])
  })

  it('are paired with what a model in shadow said of them', async () => {
    const { records, clock } = await open()
    const write = async (given: Partial<Judged>) => {
      clock.pass(1000)
      return (await records.inspections.record({ judged: judged(clock, given), files: [], letters: [] }))
        .inspection
    }
    const next = { name: 'next', fingerprint: 'e'.repeat(64), preparation: null }
    const first = await write({ part: 'P-1', outcome: 'anomalous', score: 3 })
    const beside = await write({ shadowOf: first.id, model: next, outcome: 'nominal', score: 0.5 })
    const second = await write({ part: 'P-2' })
    await write({ shadowOf: second.id, model: next, outcome: 'failed', score: null })
    await write({ part: 'P-3' })
    await records.review.correct({
      ...{ inspection: first.id, by: 'Ann', label: 'nominal', kind: null, masks: [], note: null },
    })
    const [active, shadow] = ['f'.repeat(64), next.fingerprint]
    expect(await records.inspections.pairs(active, shadow, 100)).toEqual([
      {
        ...{ part: 'P-1', label: 'nominal', selection: 'by-score' },
        active: { id: first.id, verdict: 'anomalous', score: 3 },
        shadow: { id: beside.id, verdict: 'nominal', score: 0.5 },
      },
    ])
    expect(await records.inspections.pairs(shadow, active, 100)).toEqual([])
  })

  it('are counted by the hour and by the day', async () => {
    const { records, clock } = await open()
    for (const outcome of ['nominal', 'nominal', 'anomalous'] as const) {
      await records.inspections.record({
        judged: judged(clock, { outcome, camera: 'c' }),
        files: [],
        letters: [],
      })
    }
    clock.pass(3 * 3_600_000)
    await records.inspections.record({
      judged: judged(clock, { outcome: 'busy', model: null }),
      files: [],
      letters: [],
    })
    const [from, to] = [new Date('2026-11-29T00:00:00Z'), new Date('2026-11-30T00:00:00Z')]
    const hours = await records.inspections.tallies(from, to, 'hour')
    expect(hours.map((tally) => [tally.from, tally.camera, tally.counts.nominal, tally.counts.busy])).toEqual(
      [
        ['2026-11-29T10:00:00.000Z', 'c', 2, 0],
        ['2026-11-29T13:00:00.000Z', null, 0, 1],
      ],
    )
    const days = await records.inspections.tallies(from, to, 'day')
    expect(days.map((tally) => [tally.from, tally.model, tally.counts.anomalous])).toEqual([
      ['2026-11-29T00:00:00.000Z', null, 0],
      ['2026-11-29T00:00:00.000Z', 'f'.repeat(64), 1],
    ])
  })
})
