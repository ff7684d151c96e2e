/** Opens the records of a station: the only way in. */

import { quietTask } from '../task.ts'
import { auditLog } from './audit/audit-log.ts'
import { openStore } from './database/open-store.ts'
import { exportCsv } from './exports/csv.ts'
import { exportManifest } from './exports/manifest.ts'
import { createFileStore } from './files/file-store.ts'
import { keptFiles } from './files/kept-files.ts'
import { inspections } from './inspections/inspections.ts'
import { outbox } from './letters/outbox.ts'
import { notes } from './notes.ts'
import { defaultKeep, defaultSampling, type RecordsOptions } from './options.ts'
import { proposals } from './proposals.ts'
import type { Records } from './records.ts'
import { reviewQueue } from './review/queue.ts'
import { prepareRules } from './review/rules.ts'
import type { Station } from './station.ts'
import { upkeep } from './upkeep/upkeep.ts'

/**
 * @throws {StorageError} The database is of a newer version, damaged, locked or cannot be reached.
 * @throws {InputError} The folder cannot be made. @throws {UsageError} The address is none of PostgreSQL, or `pg` is not installed.
 */
export async function openRecords(options: RecordsOptions): Promise<Records> {
  const { folder, clock, keep = defaultKeep, sampling = defaultSampling, claimSeconds = 300 } = options
  const store = await openStore(options)
  try {
    await prepareRules(store, sampling, clock())
  } catch (error) {
    await store.close()
    throw error
  }
  const files = createFileStore(folder, options.isFlushed ?? false, clock)
  const station: Station = { store, files, clock, keep, claimSeconds }
  return {
    inspections: inspections(station),
    outbox: outbox(station),
    review: reviewQueue(station),
    files: keptFiles(station),
    proposals: proposals(station),
    audit: auditLog(station),
    exports: {
      csv: (filter, task = quietTask) => exportCsv(store.reads, filter, task),
      manifest: (path, filter, task = quietTask) => exportManifest(store.reads, files, path, filter, task),
    },
    upkeep: upkeep(station, folder),
    notes: notes(station),
    close: () => store.close(),
  }
}
