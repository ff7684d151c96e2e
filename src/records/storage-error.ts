/** What the records could not write or read, and why: the station gives its verdict all the same and marks it unrecorded. */
import { InputError } from '../errors.ts'

/**
 * `locked`: somebody else writes and does not stop; `full`: no space left; `read-only`; `unreachable`: no connection, or it broke;
 * `newer`: written by a later version; `damaged`: not a database, or a broken one.
 */
export type StorageProblem = 'locked' | 'full' | 'read-only' | 'unreachable' | 'newer' | 'damaged'

/** Bad input of its own kind: exit code 3, and `problem` for those who go on without records. */
export class StorageError extends InputError {
  readonly problem: StorageProblem
  /** @param path - File or folder, or the address of a database without its password. */
  constructor(path: string, problem: StorageProblem, reason: string, options?: ErrorOptions) {
    super(path, reason, options)
    this.problem = problem
  }
}
