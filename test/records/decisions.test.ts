import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../src/records/database/open-store.ts'
import { openRecords } from '../../src/records/open-records.ts'
import { describeRecords, describeRecordsAndReads } from '../helpers/records.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

describeRecordsAndReads('the audit log', (open) => {
  const entry = (n: number) => ({
    by: n % 2 === 0 ? 'Ann' : 'Bob',
    action: 'model.switch',
    subject: `m${n}`,
    detail: { n },
  })

  it('is a chain that holds, also when many append at once, and names its head', async () => {
    const { records } = await open()
    expect(await records.audit.verify()).toEqual({ ok: true, entries: 0, head: null, broken: null })
    const made = await Promise.all(Array.from({ length: 10 }, (_, n) => records.audit.append(entry(n))))
    expect(new Set(made.map(({ seq }) => seq)).size).toBe(10)
    const [last] = await records.audit.list(1)
    expect(await records.audit.verify()).toEqual({ ok: true, entries: 10, head: last!.hash, broken: null })
    expect((await records.audit.list(3, 5)).map(({ seq }) => seq)).toEqual([4, 3, 2])
    const [noted] = made
    expect(await records.audit.verify(noted!.hash)).toMatchObject({ ok: true })
    expect(await records.audit.verify('0'.repeat(64))).toMatchObject({ ok: false })
  })

  it.each([
    ['a changed word', 5, sql`update audit set action = 'model.other' where seq = 5`],
    ['a changed time', 5, sql`update audit set at = at + 1 where seq = 5`],
    ['changed detail', 5, sql`update audit set detail = '{}' where seq = 5`],
    [
      'another person',
      5,
      sql`update audit set "by" = (select id from people where name = 'Ann') where seq = 5`,
    ],
    ['another name', 2, sql`update people set name = 'Eve' where name = 'Ann'`],
    ['a missing entry', 5, sql`delete from audit where seq = 5`],
    ['another hash', 5, sql`update audit set hash = ${'a'.repeat(64)} where seq = 5`],
    ['another hash before it', 5, sql`update audit set previous = ${'a'.repeat(64)} where seq = 5`],
  ])('shows %s', async (_, seq, change) => {
    const { records, options } = await open()
    for (let n = 1; n <= 8; n++) await records.audit.append(entry(n))
    const store = await openStore(options)
    await change.execute(store.db)
    await store.close()
    expect(await records.audit.verify()).toMatchObject({ ok: false, broken: { seq } })
  })

  it('shows an end that was cut off to whoever noted the head', async () => {
    const { records, options } = await open()
    for (let n = 1; n <= 4; n++) await records.audit.append(entry(n))
    const { head } = await records.audit.verify()
    const store = await openStore(options)
    await sql`delete from audit where seq > 2`.execute(store.db)
    await store.close()
    expect(await records.audit.verify()).toMatchObject({ ok: true, entries: 2 })
    expect(await records.audit.verify(head!)).toMatchObject({ ok: false, broken: { seq: 3 } })
  })

  it('holds when a person is forgotten, and then names nobody', async () => {
    const { records } = await open()
    for (let n = 1; n <= 4; n++) await records.audit.append(entry(n))
    expect(await records.upkeep.forgetPerson('Nobody', 'Chief')).toBe(false)
    expect(await records.upkeep.forgetPerson('Ann', 'Chief')).toBe(true)
    expect(await records.audit.verify()).toMatchObject({ ok: true, entries: 5 })
    const entries = await records.audit.list(10)
    expect(JSON.stringify(entries)).not.toContain('Ann')
    expect(entries[0]).toMatchObject({ by: 'Chief', action: 'person.forget' })
    expect(entries.filter(({ by }) => /^forgotten-\d+$/.test(by))).toHaveLength(2)
    await records.audit.append(entry(2))
    expect(await records.audit.verify()).toMatchObject({ ok: true })
  })
})

describeRecords('proposals for a threshold', (open) => {
  const proposal = (to: number) => ({
    ...{ by: 'Ann', model: 'm', reason: 'too much scrap', evidence: { auroc: 0.9 } },
    ...{ from: { threshold: 2, band: null }, to: { threshold: to, band: 1 } },
  })

  it('are decided once, and can be rolled back', async () => {
    const { records, clock } = await open()
    const first = await records.proposals.propose(proposal(3))
    const second = await records.proposals.propose(proposal(4))
    expect(first).toMatchObject({ ...proposal(3), state: 'proposed', decided: null })
    expect(await records.proposals.inForce('m')).toBeUndefined()
    expect(await records.proposals.decide(first.id, 'rolled-back', 'Chief', 'no')).toBeUndefined()
    await records.proposals.decide(first.id, 'accepted', 'Chief', 'yes')
    clock.pass(1000)
    await records.proposals.decide(second.id, 'accepted', 'Chief', 'yes')
    expect(await records.proposals.inForce('m')).toMatchObject({ id: second.id })
    expect(await records.proposals.decide(second.id, 'accepted', 'Chief', 'again')).toBeUndefined()
    expect(await records.proposals.decide(second.id, 'rolled-back', 'Bob', 'escapes')).toMatchObject({
      decided: { by: 'Bob', why: 'escapes' },
    })
    expect(await records.proposals.inForce('m')).toMatchObject({ id: first.id })
    expect((await records.proposals.list()).map(({ state }) => state)).toEqual(['rolled-back', 'accepted'])
    expect((await records.audit.list(10)).map(({ action }) => action)).toEqual([
      ...['threshold.rolled-back', 'threshold.accepted', 'threshold.accepted'],
      ...['threshold.propose', 'threshold.propose'],
    ])
  })
})

describeRecords('notes', (open) => {
  it('hold small documents by name', async () => {
    const { records } = await open()
    expect(await records.notes.read('drift/a')).toBeUndefined()
    await records.notes.write('drift/a', { n: 1 })
    await records.notes.write('drift/a', { n: 2 })
    await records.notes.write('drift_b', null)
    expect(await records.notes.read('drift/a')).toEqual({ n: 2 })
    expect(await records.notes.names('drift/')).toEqual(['drift/a'])
    expect(await records.notes.names('drift_')).toEqual(['drift_b'])
    expect(await records.notes.remove('drift/a')).toBe(true)
    expect(await records.notes.remove('drift/a')).toBe(false)
  })
})

describe('the database', () => {
  it('is asked for by an address that somebody can read, and no password is shown', async () => {
    const opening = (database: string) =>
      openRecords({ folder: temporaryFolder(), database, clock: () => new Date(0) })
    await expect(opening('mysql://u:secret@h/d')).rejects.toThrow(
      /expected postgres:.*mysql:\/\/u:?\.?\.?\.?@h/,
    )
    const closed = opening('postgres://u:secret@127.0.0.1:1/d?password=secret')
    await expect(closed).rejects.toMatchObject({ problem: 'unreachable' })
    await expect(closed).rejects.not.toThrow(/secret/)
  })
})
