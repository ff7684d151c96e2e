import { expect, it } from 'vitest'
import { InputError, UsageError } from '../../src/errors.ts'
import type { Records } from '../../src/records/records.ts'
import { chooseForReview } from '../../src/records/review/sampling.ts'
import { chosenShare } from '../../src/wire/station/chosen-share.ts'
import type { CorrectionLabel, NewCorrection } from '../../src/wire/station/correction.ts'
import type { StationInspection } from '../../src/wire/station/inspection.ts'
import { describeRecordsAndReads, judged, sha, type TestClock } from '../helpers/records.ts'

const png = (text: string): Uint8Array =>
  Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(text)])

const said = (
  inspection: string,
  by: string,
  label: CorrectionLabel,
  given: Partial<NewCorrection> = {},
): NewCorrection => ({
  ...{ inspection, by, label, kind: null, masks: [], note: null },
  ...given,
})

async function toReview(records: Records, clock: TestClock, count: number): Promise<StationInspection[]> {
  const all: StationInspection[] = []
  for (let i = 0; i < count; i++) {
    clock.pass(1000)
    const given = judged(clock, { outcome: 'review', part: `${i}` })
    all.push((await records.inspections.record({ judged: given, files: [], letters: [] })).inspection)
  }
  return all
}

it('chooses the share that the rule says, the same at every look, and says how', () => {
  const rule = { everyPart: 0.1, nominal: 0.2, anomalous: 0.5, review: 1 }
  const parts = Array.from({ length: 20_000 }, (_, i) => ({
    id: sha(`${i}`).slice(0, 32),
    outcome: 'nominal' as const,
  }))
  const choices = parts.map((part) => chooseForReview(rule, 'secret', part))
  expect(chosenShare(rule, 'nominal')).toBeCloseTo(0.28)
  const share = choices.filter((choice) => choice !== null).length / parts.length
  expect(Math.abs(share - 0.28)).toBeLessThan(5 * Math.sqrt((0.28 * 0.72) / parts.length))
  const random = choices.filter((choice) => choice?.selection === 'random').length / parts.length
  expect(Math.abs(random - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / parts.length))
  expect(parts.map((part) => chooseForReview(rule, 'secret', part))).toEqual(choices)
  expect(parts.map((part) => chooseForReview(rule, 'other', part))).not.toEqual(choices)
  expect(chooseForReview(rule, 'secret', { id: '0', outcome: 'failed' })).toBeNull()
  const all = { everyPart: 0, nominal: 1, anomalous: 1, review: 1 }
  expect(chooseForReview(all, 'secret', parts[0]!)).toEqual({
    reason: 'nominal',
    selection: 'all',
    probability: 1,
  })
})

describeRecordsAndReads('the review queue', (open) => {
  it('gives no two people the same part, and gives it again when a claim runs out', async () => {
    const { records, clock } = await open({ claimSeconds: 60 })
    const [first, second, third] = await toReview(records, clock, 3)
    const [a, b] = await Promise.all([records.review.claimNext('Ann'), records.review.claimNext('Bob')])
    expect(new Set([a?.id, b?.id])).toEqual(new Set([first!.id, second!.id]))
    expect((await records.review.claimNext('Ann'))?.id).toBe(a!.id)
    expect(await records.review.claim(a!.id, 'Bob')).toMatchObject({
      ok: false,
      reason: 'claimed',
      claim: { by: 'Ann' },
    })
    expect(await records.review.correct(said(a!.id, 'Bob', 'nominal'))).toMatchObject({
      ok: false,
      reason: 'claimed',
    })
    expect((await records.review.open({ by: 'Cy', limit: 10 })).map(({ id }) => id)).toEqual([third!.id])
    expect((await records.review.open({ by: 'Ann', limit: 10 })).map(({ id }) => id)).toEqual([
      a!.id,
      third!.id,
    ])
    expect(await records.review.release(a!.id, 'Bob')).toBe(false)
    expect(await records.review.release(a!.id, 'Ann')).toBe(true)
    expect(await records.review.claim(a!.id, 'Bob')).toMatchObject({ ok: true, claim: { by: 'Bob' } })
    clock.pass(61_000)
    expect(await records.review.claim(a!.id, 'Cy')).toMatchObject({ ok: true })
    expect(await records.review.openCount()).toEqual({ count: 3, atLeast: false })
    expect(await records.review.claim('0'.repeat(32), 'Cy')).toMatchObject({ ok: false, reason: 'unknown' })
  })

  it('deals each of many parts once to many people at once', async () => {
    const { records, clock } = await open()
    const parts = await toReview(records, clock, 12)
    const people = Array.from({ length: 12 }, (_, i) => `person ${i}`)
    const dealt = await Promise.all(people.map((by) => records.review.claimNext(by)))
    expect(new Set(dealt.map((part) => part?.id))).toEqual(new Set(parts.map(({ id }) => id)))
  })

  it('takes corrections, takes them back, and says whose stands', async () => {
    const { records, clock } = await open()
    const [part] = await toReview(records, clock, 1)
    const { id } = part!
    const first = await records.review.correct(
      said(id, 'Ann', 'anomalous', { kind: 'dent', note: 'left\u0000' }),
    )
    clock.pass(1000)
    const second = await records.review.correct(said(id, 'Ann', 'nominal'))
    expect(await records.inspections.find(id)).toMatchObject({
      ...{ review: { state: 'decided', claim: null } },
      correction: { label: 'nominal', by: 'Ann', undone: null },
    })
    if (!first.ok || !second.ok) throw new Error('refused')
    expect(await records.review.undo(second.correction.id, 'Bob')).toMatchObject({ undone: { by: 'Bob' } })
    expect(await records.review.undo(second.correction.id, 'Bob')).toBeUndefined()
    expect(await records.inspections.find(id)).toMatchObject({
      correction: { label: 'anomalous', kind: 'dent', note: 'left\ufffd' },
    })
    expect(await records.inspections.count({ kind: 'dent', correctedBy: 'Ann' })).toMatchObject({ count: 1 })
    expect(await records.inspections.count({ correctedBy: 'Bob' })).toMatchObject({ count: 0 })
    await records.review.undo(first.correction.id, 'Ann')
    expect(await records.inspections.find(id)).toMatchObject({ correction: null, review: { state: 'open' } })
    expect((await records.review.corrections(id)).map(({ label, undone }) => [label, undone?.by])).toEqual([
      ['anomalous', 'Ann'],
      ['nominal', 'Bob'],
    ])
    const actions = (await records.audit.list(10)).map(({ by, action, subject }) => [by, action, subject])
    expect(actions).toEqual([
      ['Ann', 'correction.undo', id],
      ['Bob', 'correction.undo', id],
      ['Ann', 'correction.add', id],
      ['Ann', 'correction.add', id],
    ])
    await expect(records.review.correct(said('0'.repeat(32), 'Ann', 'nominal'))).rejects.toThrow(InputError)
  })

  it('keeps masks, and refuses what is none or not kept', async () => {
    const { records, clock } = await open()
    const [part] = await toReview(records, clock, 1)
    const mask = await records.files.saveMask(png('m'))
    const correction = said(part!.id, 'Ann', 'anomalous', { masks: [mask] })
    expect(await records.review.correct(correction)).toMatchObject({
      ok: true,
      correction: { masks: [mask] },
    })
    expect(Buffer.from((await records.files.mask(mask))!)).toEqual(png('m'))
    await expect(records.files.saveMask(Buffer.from('GIF89a'))).rejects.toThrow(/expected a PNG/)
    await expect(
      records.review.correct(said(part!.id, 'Ann', 'anomalous', { masks: [sha('?')] })),
    ).rejects.toThrow(/not kept/)
    await expect(
      records.review.correct(said(part!.id, 'Ann', 'anomalous', { masks: [null, null] })),
    ).rejects.toThrow(/fewer images/)
  })

  it('asks somebody else for a second opinion', async () => {
    const { records, clock } = await open()
    const [part] = await toReview(records, clock, 1)
    const { id } = part!
    expect(await records.review.askSecondOpinion(id, 'Ann', 'unsure')).toBe(false)
    await records.review.correct(said(id, 'Ann', 'unsure'))
    expect(await records.review.askSecondOpinion(id, 'Chief', 'important customer')).toBe(true)
    for (const by of ['Ann', 'Chief']) {
      expect(await records.review.claimNext(by)).toBeUndefined()
      expect(await records.review.claim(id, by)).toMatchObject({ ok: false, reason: 'own-decision' })
      expect(await records.review.correct(said(id, by, 'nominal'))).toMatchObject({
        ok: false,
        reason: 'own-decision',
      })
    }
    expect(await records.review.claimNext('Bob')).toMatchObject({
      id,
      review: { secondOpinion: { by: 'Chief' } },
    })
    expect(await records.review.correct(said(id, 'Bob', 'anomalous'))).toMatchObject({ ok: true })
    expect(await records.inspections.find(id)).toMatchObject({
      correction: { label: 'anomalous', by: 'Bob' },
      review: { state: 'decided', secondOpinion: null },
    })
  })

  it('takes parts that somebody picked, and says that they are no random sample', async () => {
    const { records, clock } = await open()
    const { inspection } = await records.inspections.record({ judged: judged(clock), files: [], letters: [] })
    expect(inspection.review).toBeNull()
    expect(await records.review.claim(inspection.id, 'Ann')).toMatchObject({ ok: true })
    await records.review.correct(said(inspection.id, 'Ann', 'anomalous'))
    const picked = { reason: 'by-hand', selection: 'by-score', probability: null, state: 'decided' }
    expect((await records.inspections.find(inspection.id))?.review).toMatchObject(picked)
    expect(await records.inspections.strata('f'.repeat(64), null, null)).toMatchObject([
      { judged: 1, chosen: 0, anomalous: 0 },
    ])
  })

  it('counts what the estimates of the line need, by verdict and rule', async () => {
    const everybody = { everyPart: 1, nominal: 0, anomalous: 0, review: 0 }
    const { records, clock } = await open({ sampling: everybody })
    const record = async (outcome: 'nominal' | 'anomalous') => {
      const { inspection } = await records.inspections.record({
        judged: judged(clock, { outcome }),
        files: [],
        letters: [],
      })
      return inspection.id
    }
    const ids = [await record('nominal'), await record('nominal'), await record('anomalous')]
    await records.review.correct(said(ids[0]!, 'Ann', 'anomalous'))
    await records.review.correct(said(ids[2]!, 'Ann', 'unsure'))
    const { id } = await records.review.setSamplingRule({ ...everybody, everyPart: 0 }, 'Chief')
    await record('nominal')
    expect(await records.inspections.strata('f'.repeat(64), null, null)).toEqual([
      { verdict: 'nominal', rule: id - 1, judged: 2, chosen: 2, nominal: 0, anomalous: 1, unsure: 0 },
      { verdict: 'anomalous', rule: id - 1, judged: 1, chosen: 1, nominal: 0, anomalous: 0, unsure: 1 },
      { verdict: 'nominal', rule: id, judged: 1, chosen: 0, nominal: 0, anomalous: 0, unsure: 0 },
    ])
    const before = new Date(clock().getTime() - 7_200_000)
    expect(await records.inspections.strata('f'.repeat(64), before, new Date(before.getTime() + 1))).toEqual(
      [],
    )
    expect((await records.review.samplingRules()).map(({ by, rule }) => [by, rule.everyPart])).toEqual([
      ['Chief', 0],
      [null, 1],
    ])
    await expect(records.review.setSamplingRule({ ...everybody, nominal: 1.5 }, 'Chief')).rejects.toThrow(
      UsageError,
    )
  })
})
