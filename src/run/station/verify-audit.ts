/** Checks the hash chain of a station's audit log, also while the station runs. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, UsageError } from '../../errors.ts'
import { makeRequest } from '../../options/request.ts'
import { auditAsk, type VerifyAuditOptions } from '../../options/requests/audit.ts'
import { verifyChain } from '../../records/audit/audit-log.ts'
import { databaseFile, openStore } from '../../records/database/open-store.ts'
import { quietTask, type Task } from '../../task.ts'
import type { AuditCheck } from '../../wire/station/audit.ts'

/**
 * @throws {StorageError} The database cannot be opened, or is of a newer version. @throws {InputError} The folder has no records.
 * @throws {UsageError} The head is no hash. @throws {CancelledError}
 */
export async function verifyAudit(options: VerifyAuditOptions, task: Task = quietTask): Promise<AuditCheck> {
  const { data, database, head } = await makeRequest(auditAsk, options)
  if (head !== null && !/^[0-9a-f]{64}$/.test(head)) {
    throw new UsageError(
      `--head: expected the 64 digits that an earlier check printed, got ${JSON.stringify(head)}`,
    )
  }
  if (database === null && !existsSync(join(data, databaseFile))) {
    throw new InputError(data, `has no ${databaseFile}: name the folder that \`serve --data\` was given`)
  }
  const store = await openStore({ folder: data, ...(database === null ? {} : { database }) })
  try {
    return await store.snapshot((db) => verifyChain(db, head ?? undefined, task))
  } finally {
    await store.close()
  }
}
