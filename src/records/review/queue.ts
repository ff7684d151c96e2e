/** The review queue: what is open, who takes it, by which rule it came there. */
import { UsageError } from '../../errors.ts'
import type { InspectionFilter } from '../../wire/station/query.ts'
import { samplingRuleSchema } from '../../wire/station/review.ts'
import { appendAudit } from '../audit/audit-log.ts'
import type { Db } from '../database/open-store.ts'
import { matching } from '../inspections/filter.ts'
import { countRows } from '../inspections/page.ts'
import { type InspectionRow, toInspections } from '../inspections/rows.ts'
import { findPerson, personId } from '../people.ts'
import type { ReviewQueue } from '../records.ts'
import { isoTime, type Station } from '../station.ts'
import { claimable, lockInspection, refusalOf } from './claims.ts'
import { corrections } from './corrections.ts'
import { addRule, listRules } from './rules.ts'

/** A person whom nobody knows yet holds nothing and has decided nothing. */
const nobody = 0

export function reviewQueue(station: Station): ReviewQueue {
  const { store, clock, claimSeconds } = station
  const { db, reads, kind } = store
  const openRows = (of: Db, filter: InspectionFilter, by: number, isHeld: boolean) =>
    of
      .selectFrom('inspections')
      .selectAll()
      .where(matching(filter))
      .where(claimable(by, clock().getTime()))
      .where((eb) =>
        isHeld
          ? eb('claimed_by', '=', by)
          : eb.or([eb('claimed_by', 'is', null), eb('claimed_by', '<>', by)]),
      )
      .orderBy('time')
      .orderBy('seq')
  const hold = async (of: Db, row: InspectionRow, by: number): Promise<InspectionRow> => {
    const claim = { claimed_by: by, claimed_until: clock().getTime() + 1000 * claimSeconds }
    await of.updateTable('inspections').set(claim).where('seq', '=', row.seq).execute()
    return { ...row, ...claim }
  }
  return {
    ...corrections(station),
    async open({ filter = {}, by, limit }) {
      const person = (await findPerson(reads, by)) ?? nobody
      const held = await openRows(reads, filter, person, true).limit(limit).execute()
      const rest = await openRows(reads, filter, person, false).limit(limit).execute()
      return await toInspections(reads, [...held, ...rest].slice(0, limit))
    },
    openCount: (limit = 10_000) => countRows(reads, { review: 'open' }, limit),
    claimNext: (by, filter = {}) =>
      db.transaction().execute(async (tx) => {
        const person = await personId(tx, by)
        const next = async (isHeld: boolean): Promise<InspectionRow | undefined> =>
          await openRows(tx, filter, person, isHeld)
            .$if(kind === 'postgres', (query) => query.forUpdate().skipLocked())
            .limit(1)
            .executeTakeFirst()
        const row = (await next(true)) ?? (await next(false))
        return row && (await toInspections(tx, [await hold(tx, row, person)]))[0]
      }),
    claim: (id, by) =>
      db.transaction().execute(async (tx) => {
        const person = await personId(tx, by)
        const row = await lockInspection(tx, kind, id)
        const refusal = await refusalOf(tx, row, person, clock().getTime())
        if (refusal || row === undefined) return refusal ?? { ok: false, reason: 'unknown', claim: null }
        if (row.review_state === 'decided') return { ok: false, reason: 'decided', claim: null }
        if (row.review_state === null) {
          const byHand = { review_reason: 'by-hand', review_selection: 'by-score', review_state: 'open' }
          await tx.updateTable('inspections').set(byHand).where('seq', '=', row.seq).execute()
        }
        const { claimed_until } = await hold(tx, row, person)
        return { ok: true, inspection: id, claim: { by, until: isoTime(claimed_until ?? 0) } }
      }),
    async release(id, by) {
      const person = (await findPerson(db, by)) ?? nobody
      const { numUpdatedRows } = await db
        .updateTable('inspections')
        .set({ claimed_by: null, claimed_until: null })
        .where('id', '=', id)
        .where('claimed_by', '=', person)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    samplingRules: () => listRules(db),
    async setSamplingRule(rule, by) {
      const parsed = samplingRuleSchema.safeParse(rule)
      if (!parsed.success)
        throw new UsageError(`sampling rule: expected shares of 0..1: ${parsed.error.message}`)
      return await db.transaction().execute(async (tx) => {
        const id = await addRule(tx, rule, await personId(tx, by), clock())
        const entry = { by, action: 'sampling.set', subject: `${id}`, detail: { ...rule } }
        await appendAudit(tx, kind, entry, clock())
        return { id, rule, from: clock().toISOString(), by }
      })
    },
  }
}
