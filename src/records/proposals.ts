/** Thresholds proposed for a model, decided by people; the one in force is the last that was accepted and not rolled back. */
import type { Selectable } from 'kysely'
import { present } from '../present.ts'
import { type NewProposal, type Proposal, proposalStates } from '../wire/station/proposal.ts'
import { appendAudit } from './audit/audit-log.ts'
import type { Db } from './database/open-store.ts'
import type { ProposalsTable } from './database/tables.ts'
import { namesOf, personId } from './people.ts'
import type { Proposals } from './records.ts'
import { isoTime, type Station, storable } from './station.ts'

/** Decision -> the state that it needs. */
const needs = { accepted: 'proposed', rejected: 'proposed', 'rolled-back': 'accepted' } as const

export function proposals({ store, clock }: Station): Proposals {
  const { db, kind } = store
  return {
    propose: (proposal) =>
      db.transaction().execute(async (tx) => {
        const row = present(
          await tx
            .insertInto('proposals')
            .values({ ...columnsOf(proposal), by: await personId(tx, proposal.by), at: clock().getTime() })
            .returningAll()
            .executeTakeFirst(),
          'the proposal just added',
        )
        const { by, model, from, to } = proposal
        const entry = { by, action: 'threshold.propose', subject: `${row.id}`, detail: { model, from, to } }
        await appendAudit(tx, kind, entry, clock())
        return await shownOne(tx, row)
      }),
    async list(limit = 100) {
      const rows = await db.selectFrom('proposals').selectAll().orderBy('id', 'desc').limit(limit).execute()
      return await shown(db, rows)
    },
    decide: (id, state, by, why) =>
      db.transaction().execute(async (tx) => {
        const row = await tx
          .updateTable('proposals')
          .set({ state, decided_at: clock().getTime(), decided_why: storable(why) })
          .set({ decided_by: await personId(tx, by) })
          .where('id', '=', id)
          .where('state', '=', needs[state])
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) return
        const detail = { model: row.model, threshold: row.to_threshold, band: row.to_band }
        await appendAudit(tx, kind, { by, action: `threshold.${state}`, subject: `${id}`, detail }, clock())
        return await shownOne(tx, row)
      }),
    async inForce(model) {
      const row = await db
        .selectFrom('proposals')
        .selectAll()
        .where('model', '=', model)
        .where('state', '=', 'accepted')
        .orderBy('decided_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row && (await shownOne(db, row))
    },
  }
}

const columnsOf = ({ model, from, to, reason, evidence }: NewProposal) => ({
  model,
  from_threshold: from.threshold,
  from_band: from.band,
  to_threshold: to.threshold,
  to_band: to.band,
  reason: storable(reason),
  evidence: JSON.stringify(evidence),
  state: 'proposed',
})

async function shownOne(db: Db, row: Selectable<ProposalsTable>): Promise<Proposal> {
  return present((await shown(db, [row]))[0], 'a proposal')
}

/** One query for the names, however many rows. */
async function shown(db: Db, rows: readonly Selectable<ProposalsTable>[]): Promise<Proposal[]> {
  const name = await namesOf(
    db,
    rows.flatMap(({ by, decided_by }) => [by, decided_by]),
  )
  return rows.map((row) => ({
    id: row.id,
    by: name(row.by),
    at: isoTime(row.at),
    model: row.model,
    from: { threshold: row.from_threshold, band: row.from_band },
    to: { threshold: row.to_threshold, band: row.to_band },
    reason: row.reason,
    evidence: JSON.parse(row.evidence) as Proposal['evidence'],
    state: present(
      proposalStates.find((state) => state === row.state),
      'a state of a proposal',
    ),
    decided:
      row.decided_by === null
        ? null
        : { by: name(row.decided_by), at: isoTime(row.decided_at ?? 0), why: row.decided_why ?? '' },
  }))
}
