import { expect, it } from 'vitest'
import { describeRecords, judged } from '../helpers/records.ts'

const letter = (target: string, payload: string | number = 'x') => ({ target, kind: 'inspection', payload })

describeRecords('letters', (open) => {
  it('are due when their time has come, the oldest first, for their target alone', async () => {
    const { records, clock } = await open()
    const { inspection } = await records.inspections.record({
      ...{ judged: judged(clock), files: [] },
      letters: [letter('mqtt', 'first'), letter('hook', 'second')],
    })
    const [alarm] = await records.outbox.post([{ target: 'mqtt', kind: 'alarm', payload: { n: 1 } }])
    const due = await records.outbox.due(clock(), 'mqtt', 10)
    expect(
      due.map(({ payload, inspection: about, attempts, state }) => [payload, about, attempts, state]),
    ).toEqual([
      ['first', inspection.id, 0, 'waiting'],
      [{ n: 1 }, null, 0, 'waiting'],
    ])
    expect(await records.outbox.due(clock(), 'mqtt', 1)).toHaveLength(1)
    expect(await records.outbox.delivered(due[0]!.id)).toBe(true)
    expect(await records.outbox.delivered(due[0]!.id)).toBe(false)
    const later = new Date(clock().getTime() + 5000)
    expect(await records.outbox.failed(alarm!.id, 'refused\u0000', later)).toBe(true)
    expect(await records.outbox.due(clock(), 'mqtt', 10)).toEqual([])
    expect(await records.outbox.due(later, 'mqtt', 10)).toMatchObject([
      { id: alarm!.id, attempts: 1, lastError: 'refused\ufffd', dueAt: later.toISOString() },
    ])
    expect(await records.outbox.counts()).toEqual({
      mqtt: { waiting: 1, delivered: 1, dead: 0 },
      hook: { waiting: 1, delivered: 0, dead: 0 },
    })
  })

  it('that are given up stay to be seen, and can be sent again by a person, who is written down', async () => {
    const { records, clock } = await open()
    const [posted] = await records.outbox.post([letter('hook')])
    const { id } = posted!
    expect(await records.outbox.retry(id, 'Eva')).toBe(false)
    expect(await records.outbox.dead(id, 'gone')).toBe(true)
    expect(await records.outbox.failed(id, 'late', clock())).toBe(false)
    expect(await records.outbox.due(clock(), 'hook', 10)).toEqual([])
    expect(await records.outbox.letters({ target: 'hook', state: 'dead' })).toMatchObject([
      { id, attempts: 1, lastError: 'gone' },
    ])
    expect(await records.outbox.letters({ before: id })).toEqual([])
    expect(await records.outbox.retry(id, 'Eva')).toBe(true)
    expect(await records.outbox.find(id)).toMatchObject({ state: 'waiting', attempts: 0 })
    expect(await records.audit.list(10)).toMatchObject([
      { by: 'Eva', action: 'letter.retry', subject: `${id}` },
    ])
    expect(await records.outbox.find(id + 1)).toBeUndefined()
  })
})
