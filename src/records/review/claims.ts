/** Who may look at which part now: a claim keeps two people from the same one, and runs out by itself. */
import type { ExpressionBuilder } from 'kysely'
import type { ClaimResult } from '../../wire/station/review.ts'
import type { DatabaseKind } from '../database/migrations/columns.ts'
import type { Db, Tx } from '../database/open-store.ts'
import type { Tables } from '../database/tables.ts'
import type { InspectionRow } from '../inspections/rows.ts'
import { namesOf } from '../people.ts'
import { isoTime } from '../station.ts'

type Row = ExpressionBuilder<Tables, 'inspections'>

/** Open, held by nobody else, and not waiting for somebody else's opinion. @param by - Number of the person. */
export const claimable = (by: number, now: number) => (eb: Row) =>
  eb.and([
    eb('inspections.review_state', '=', 'open'),
    eb.or([
      eb('inspections.claimed_until', 'is', null),
      eb('inspections.claimed_until', '<=', now),
      eb('inspections.claimed_by', '=', by),
    ]),
    eb.or([
      eb('inspections.opinion_by', 'is', null),
      eb.and([
        eb('inspections.opinion_by', '<>', by),
        eb.not(
          eb.exists(
            eb
              .selectFrom('corrections')
              .select('corrections.id')
              .whereRef('corrections.inspection', '=', 'inspections.seq')
              .where('corrections.by', '=', by)
              .where('corrections.undone_at', 'is', null),
          ),
        ),
      ]),
    ]),
  ])

/** The row, locked until the transaction ends. */
export async function lockInspection(
  tx: Tx,
  kind: DatabaseKind,
  id: string,
): Promise<InspectionRow | undefined> {
  return await tx
    .selectFrom('inspections')
    .selectAll()
    .where('id', '=', id)
    .$if(kind === 'postgres', (query) => query.forUpdate())
    .executeTakeFirst()
}

type Refusal = Extract<ClaimResult, { readonly ok: false }>

/** Why a person may not decide about a part now; undefined where they may. */
export async function refusalOf(
  db: Db,
  row: InspectionRow | undefined,
  by: number,
  now: number,
): Promise<Refusal | undefined> {
  if (row === undefined) return { ok: false, reason: 'unknown', claim: null }
  if (row.claimed_by !== null && row.claimed_by !== by && (row.claimed_until ?? 0) > now) {
    const name = await namesOf(db, [row.claimed_by])
    const claim = { by: name(row.claimed_by), until: isoTime(row.claimed_until ?? 0) }
    return { ok: false, reason: 'claimed', claim }
  }
  if (row.opinion_by === null) return
  const isOwn = row.opinion_by === by || (await hasDecided(db, row.seq, by))
  return isOwn ? { ok: false, reason: 'own-decision', claim: null } : undefined
}

async function hasDecided(db: Db, inspection: number, by: number): Promise<boolean> {
  const found = await db
    .selectFrom('corrections')
    .select('id')
    .where('inspection', '=', inspection)
    .where('by', '=', by)
    .where('undone_at', 'is', null)
    .executeTakeFirst()
  return found !== undefined
}
