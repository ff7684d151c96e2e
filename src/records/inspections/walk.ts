/** All inspections that match, a page at a time, for exports and upkeep: memory does not grow with their number. */
import { lastOf } from '../../present.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { InspectionFilter } from '../../wire/station/query.ts'
import type { Db } from '../database/open-store.ts'
import { cursorOf, readRows } from './page.ts'
import type { InspectionRow } from './rows.ts'

const pageRows = 500

/** Reports progress as inspections. @throws {CancelledError} */
export async function* walkInspections(
  db: Db,
  filter: InspectionFilter,
  order: 'newest' | 'oldest',
  label: string,
  task: Task,
): AsyncGenerator<readonly InspectionRow[]> {
  const progress = task.progress(label, 'inspections')
  try {
    let done = 0
    let after: string | undefined
    for (;;) {
      checkCancelled(task)
      const rows = await readRows(db, { filter, order, ...(after === undefined ? {} : { after }) }, pageRows)
      if (rows.length > 0) yield rows
      done += rows.length
      progress.update(done, null)
      if (rows.length < pageRows) return
      after = cursorOf(order, lastOf(rows))
    }
  } finally {
    progress.end()
  }
}
