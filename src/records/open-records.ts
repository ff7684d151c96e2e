/** Opens the records of a station. */
import type { RecordsOptions } from './options.ts'
import type { Records } from './records.ts'

/**
 * @throws {StorageError} The database is of a newer version, damaged, locked or cannot be reached.
 * @throws {InputError} The folder cannot be made. @throws {UsageError} The address is none of PostgreSQL.
 */
export function openRecords(_options: RecordsOptions): Promise<Records> {
  return Promise.reject(new Error('the records are being built'))
}
