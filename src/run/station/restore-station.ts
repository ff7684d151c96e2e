/** Records and files of a station from a backup, of this version or an older one, into either database. */
import { makeRequest } from '../../options/request.ts'
import { type RestoreOptions, restoreAsk } from '../../options/requests/restore.ts'
import type { BackupSummary } from '../../records/records.ts'
import { restoreRecords } from '../../records/upkeep/restore.ts'
import { quietTask, type Task } from '../../task.ts'

/** @throws {InputError} No backup, a changed one, or the place has records. @throws {StorageError} @throws {CancelledError} */
export async function restoreStation(
  options: RestoreOptions,
  task: Task = quietTask,
): Promise<BackupSummary> {
  const { backup, data, database, createdAt } = await makeRequest(restoreAsk, options)
  const clock = () => new Date(createdAt ?? 0)
  return await restoreRecords(
    backup,
    { folder: data, clock, ...(database === null ? {} : { database }) },
    task,
  )
}
