/** What people decide, added and taken back; the last one that was not taken back stands. */

import { stat } from 'node:fs/promises'
import { InputError } from '../../errors.ts'
import { present } from '../../present.ts'
import type { Correction } from '../../wire/station/correction.ts'
import { appendAudit } from '../audit/audit-log.ts'
import type { Tx } from '../database/open-store.ts'
import { maskName } from '../files/kept-files.ts'
import { toCorrection } from '../inspections/rows.ts'
import { namesOf, personId } from '../people.ts'
import type { ReviewQueue } from '../records.ts'
import { type Station, storable } from '../station.ts'
import { lockInspection, refusalOf } from './claims.ts'

export function corrections(
  station: Station,
): Pick<ReviewQueue, 'correct' | 'undo' | 'corrections' | 'askSecondOpinion'> {
  const { store, files, clock } = station
  const { db, kind } = store
  return {
    async correct({ inspection: id, by, label, kind: defect, masks, note }) {
      const names = masks.flatMap((hash, image) => (hash === null ? [] : [{ image, file: maskName(hash) }]))
      const unpin = files.pin(names.map(({ file }) => file))
      try {
        for (const { file } of names) {
          if (!(await files.has('mask', file)))
            throw new InputError(`mask ${file.slice(0, 64)}`, 'is not kept here')
        }
        const sizes = new Map<string, number>()
        for (const { file } of names) sizes.set(file, (await stat(files.path('mask', file))).size)
        return await db.transaction().execute(async (tx) => {
          const now = clock()
          const row = await lockInspection(tx, kind, id)
          if (row === undefined) throw new InputError(`inspection ${id}`, 'is not among the records')
          if (masks.length > (JSON.parse(row.images) as unknown[]).length) {
            throw new InputError(`inspection ${id}`, `has fewer images than the ${masks.length} masks given`)
          }
          const person = await personId(tx, by)
          const refusal = await refusalOf(tx, row, person, now.getTime())
          if (refusal) return refusal
          const added = present(
            await tx
              .insertInto('corrections')
              .values({
                inspection: row.seq,
                by: person,
                at: now.getTime(),
                label,
                kind: defect,
                masks: JSON.stringify(masks),
                note: note === null ? null : storable(note),
              })
              .returningAll()
              .executeTakeFirst(),
            'the correction just added',
          )
          if (names.length > 0) {
            const kept = names.map(({ image, file }) => ({
              ...{ inspection: row.seq, image, what: 'mask', file, bytes: sizes.get(file) ?? 0 },
              time: now.getTime(),
            }))
            await tx.insertInto('kept_files').values(kept).execute()
          }
          const byHand = { review_reason: 'by-hand', review_selection: 'by-score' }
          await tx
            .updateTable('inspections')
            .set({
              ...(row.review_state === null ? byHand : {}),
              ...{ review_state: 'decided', claimed_by: null, claimed_until: null },
              ...{ opinion_by: null, opinion_why: null },
              ...{ label, defect_kind: defect, corrected_by: person },
            })
            .where('seq', '=', row.seq)
            .execute()
          await appendAudit(tx, kind, { by, action: 'correction.add', subject: id, detail: { label } }, now)
          return { ok: true as const, correction: toCorrection(added, id, () => by) }
        })
      } finally {
        unpin()
      }
    },
    undo: (correction, by) =>
      db.transaction().execute(async (tx) => {
        const now = clock()
        const person = await personId(tx, by)
        const undone = await tx
          .updateTable('corrections')
          .set({ undone_by: person, undone_at: now.getTime() })
          .where('id', '=', correction)
          .where('undone_at', 'is', null)
          .returningAll()
          .executeTakeFirst()
        if (undone === undefined) return
        const { id } = await tx
          .selectFrom('inspections')
          .select('id')
          .where('seq', '=', undone.inspection)
          .executeTakeFirstOrThrow()
        await standAgain(tx, undone.inspection)
        const entry = { by, action: 'correction.undo', subject: id, detail: { correction } }
        await appendAudit(tx, kind, entry, now)
        return toCorrection(undone, id, await namesOf(tx, [undone.by, undone.undone_by]))
      }),
    async corrections(id) {
      const rows = await db
        .selectFrom('corrections')
        .innerJoin('inspections', 'inspections.seq', 'corrections.inspection')
        .selectAll('corrections')
        .where('inspections.id', '=', id)
        .orderBy('corrections.id')
        .execute()
      const name = await namesOf(
        db,
        rows.flatMap(({ by, undone_by }) => [by, undone_by]),
      )
      return rows.map((row): Correction => toCorrection(row, id, name))
    },
    askSecondOpinion: (id, by, why) =>
      db.transaction().execute(async (tx) => {
        const person = await personId(tx, by)
        const { numUpdatedRows } = await tx
          .updateTable('inspections')
          .set({ review_state: 'open', opinion_by: person, opinion_why: storable(why) })
          .set({ claimed_by: null, claimed_until: null })
          .where('id', '=', id)
          .where('review_state', '=', 'decided')
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return false
        await appendAudit(tx, kind, { by, action: 'opinion.ask', subject: id, detail: {} }, clock())
        return true
      }),
  }
}

/** The last correction that was not taken back stands; without any the part waits again. @param inspection - Its number. */
async function standAgain(tx: Tx, inspection: number): Promise<void> {
  const standing = await tx
    .selectFrom('corrections')
    .selectAll()
    .where('inspection', '=', inspection)
    .where('undone_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  await tx
    .updateTable('inspections')
    .set({
      label: standing?.label ?? null,
      defect_kind: standing?.kind ?? null,
      corrected_by: standing?.by ?? null,
    })
    .$if(standing === undefined, (update) => update.set({ review_state: 'open' }))
    .where('seq', '=', inspection)
    .execute()
}
