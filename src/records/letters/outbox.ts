/** The outbox over the database. */

import { type LetterState, letterStates } from '../../wire/station/letter.ts'
import { appendAudit } from '../audit/audit-log.ts'
import type { LettersTable } from '../database/tables.ts'
import type { Outbox } from '../outbox.ts'
import { type Station, storable } from '../station.ts'
import { insertLetters, toLetter } from './insert-letters.ts'

export function outbox({ store, clock }: Station): Outbox {
  const { db, reads } = store
  const letters = (from = db) =>
    from
      .selectFrom('letters')
      .leftJoin('inspections', 'inspections.seq', 'letters.inspection')
      .selectAll('letters')
      .select('inspections.id as about')
  /** From one state to another, at once or not at all. */
  const change = async (
    id: number,
    from: readonly LetterState[],
    values: Partial<LettersTable>,
    isAttempt: boolean,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('letters')
      .set(values as Partial<Omit<LettersTable, 'id'>>)
      .$if(isAttempt, (update) => update.set((eb) => ({ attempts: eb('attempts', '+', 1) })))
      .where('id', '=', id)
      .where('state', 'in', [...from])
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }
  return {
    async post(posted) {
      const rows = await insertLetters(db, null, posted, clock())
      return rows.map((row) => toLetter(row, null))
    },
    async due(now, target, limit) {
      const rows = await letters()
        .where('letters.state', '=', 'waiting')
        .where('letters.target', '=', target)
        .where('letters.due_at', '<=', now.getTime())
        .orderBy('letters.due_at')
        .orderBy('letters.id')
        .limit(limit)
        .execute()
      return rows.map((row) => toLetter(row, row.about))
    },
    delivered: (id) => change(id, ['waiting', 'dead'], { state: 'delivered' }, true),
    failed: (id, error, nextDue) =>
      change(id, ['waiting'], { last_error: storable(error), due_at: nextDue.getTime() }, true),
    dead: (id, error) => change(id, ['waiting'], { state: 'dead', last_error: storable(error) }, true),
    async letters({ target, state, limit = 100, before } = {}) {
      const rows = await letters(reads)
        .$if(target !== undefined, (query) => query.where('letters.target', '=', target ?? ''))
        .$if(state !== undefined, (query) => query.where('letters.state', '=', state ?? ''))
        .$if(before !== undefined, (query) => query.where('letters.id', '<', before ?? 0))
        .orderBy('letters.id', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => toLetter(row, row.about))
    },
    async find(id) {
      const row = await letters().where('letters.id', '=', id).executeTakeFirst()
      return row && toLetter(row, row.about)
    },
    retry: (id, by) =>
      store.db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('letters')
          .set({ state: 'waiting', attempts: 0, due_at: clock().getTime() })
          .where('id', '=', id)
          .where('state', '=', 'dead')
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return false
        await appendAudit(
          tx,
          store.kind,
          { by, action: 'letter.retry', subject: `${id}`, detail: {} },
          clock(),
        )
        return true
      }),
    async counts() {
      const rows = await reads
        .selectFrom('letters')
        .select(['target', 'state', (eb) => eb.fn.countAll<number>().as('count')])
        .groupBy(['target', 'state'])
        .execute()
      const counts: Record<string, Record<LetterState, number>> = {}
      for (const { target, state, count } of rows) {
        const known = letterStates.find((each) => each === state)
        const of = counts[target] ?? { waiting: 0, delivered: 0, dead: 0 }
        if (known) counts[target] = { ...of, [known]: Number(count) }
      }
      return counts
    },
  }
}
