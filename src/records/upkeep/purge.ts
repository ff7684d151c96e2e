/** Deleting all that is known of some inspections, or who a person was. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { UsageError } from '../../errors.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { InspectionFilter } from '../../wire/station/query.ts'
import { appendAudit } from '../audit/audit-log.ts'
import type { Store } from '../database/open-store.ts'
import { isEmptyFilter, matching } from '../inspections/filter.ts'
import { addToTally } from '../inspections/tallies.ts'
import { smallest } from '../inspections/way.ts'
import { findPerson } from '../people.ts'
import { isoTime, type Station } from '../station.ts'
import { StorageError } from '../storage-error.ts'
import { releaseFiles } from './release-files.ts'

const batch = 200
const [triesWhileRead, pauseWhileReadMs] = [80, 25]

/** @throws {UsageError} The filter names nothing. */
export async function purge(
  station: Station,
  filter: InspectionFilter,
  by: string,
  task: Task,
): Promise<{ readonly inspections: number; readonly files: number }> {
  if (isEmptyFilter(filter)) {
    throw new UsageError(
      'purge: expected what to delete (part, lot, camera, times ...), got nothing: that would be everything',
    )
  }
  const { handle } = await smallest(station.store.db, filter)
  const asked = matching({ ...filter, shadow: filter.shadow ?? 'both' }, handle === null ? [] : [handle])
  const progress = task.progress('purge', 'inspections')
  const gone = { inspections: 0, files: 0 }
  try {
    for (;;) {
      checkCancelled(task)
      const { inspections, files } = await purgeSome(station, asked)
      if (inspections === 0) break
      gone.inspections += inspections
      gone.files += files
      progress.update(gone.inspections, null)
    }
  } finally {
    progress.end()
    if (gone.inspections > 0) {
      // What was asked for may itself name a customer: that it happened is kept, not of whom.
      const detail = { ...gone, by: Object.keys(filter).sort() }
      const { store, clock } = station
      await store.db
        .transaction()
        .execute((tx) => appendAudit(tx, store.kind, { by, action: 'purge', subject: null, detail }, clock()))
      await forgetLog(store)
    }
  }
  return gone
}

async function purgeSome(
  { store, files }: Station,
  condition: ReturnType<typeof matching>,
): Promise<{ inspections: number; files: number }> {
  const { rows, kept } = await store.db.transaction().execute(async (tx) => {
    const asked = await tx
      .selectFrom('inspections')
      .select(['seq', 'id', 'time', 'camera', 'model', 'rule', 'outcome', 'shadow_of'])
      .where(condition)
      .limit(batch)
      .execute()
    if (asked.length === 0) return { rows: asked, kept: [] }
    const shadows = await tx
      .selectFrom('inspections')
      .select(['seq', 'id', 'time', 'camera', 'model', 'rule', 'outcome', 'shadow_of'])
      .where(
        'shadow_of',
        'in',
        asked.map(({ id }) => id),
      )
      .execute()
    const rows = [...new Map([...asked, ...shadows].map((row) => [row.seq, row])).values()]
    const seqs = rows.map(({ seq }) => seq)
    const kept = await tx
      .selectFrom('kept_files')
      .select(['what', 'file'])
      .where('inspection', 'in', seqs)
      .execute()
    for (const row of rows) {
      if (row.shadow_of === null) await addToTally(tx, { ...row, time: isoTime(row.time) }, -1)
    }
    await tx.deleteFrom('inspections').where('seq', 'in', seqs).execute()
    return { rows, kept }
  })
  return { inspections: rows.length, files: await releaseFiles(store.db, files, kept) }
}

/**
 * SQLite's log of changes still holds what was deleted; PostgreSQL's vacuum is its own matter.
 *
 * @throws {StorageError} Somebody reads a state of before, such as a backup, and does not end.
 */
async function forgetLog(store: Store): Promise<void> {
  if (store.kind !== 'sqlite') return
  for (let tries = 1; ; tries++) {
    const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(store.db)
    if (rows[0]?.busy === 0) return
    if (tries >= triesWhileRead) {
      const reason =
        'it is deleted, but the log of changes still holds it while a backup or another program reads'
      throw new StorageError(store.where, 'locked', `${reason}: end that, then the station, which clears it`)
    }
    await sleep(pauseWhileReadMs)
  }
}

/** The number stays, and with it what the person did; the name and what could prove it go. */
export async function forgetPerson({ store, clock }: Station, name: string, by: string): Promise<boolean> {
  const isForgotten = await store.db.transaction().execute(async (tx) => {
    const id = await findPerson(tx, name)
    if (id === undefined) return false
    await tx.updateTable('people').set({ name: null, salt: null }).where('id', '=', id).execute()
    const entry = { by, action: 'person.forget', subject: null, detail: { person: id } }
    await appendAudit(tx, store.kind, entry, clock())
    return true
  })
  if (isForgotten) await forgetLog(store)
  return isForgotten
}
