/** What a database's error means for whoever wanted to write or read, in the words of both databases. */
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { StorageError, type StorageProblem } from '../storage-error.ts'

interface Meaning {
  readonly problem: StorageProblem
  readonly reason: string
}

const locked: Meaning = {
  problem: 'locked',
  reason: 'another program writes to the database and does not stop: close it and try again',
}
const full: Meaning = {
  problem: 'full',
  reason: 'no space is left: make room, or lower what is kept of images',
}
const readOnly: Meaning = {
  problem: 'read-only',
  reason: 'the database cannot be written: check its permissions',
}
const unreachable: Meaning = { problem: 'unreachable', reason: 'the connection to the database is lost' }
const damaged: Meaning = {
  problem: 'damaged',
  reason: 'is not a database of Plumbline, or is damaged: restore a backup',
}

/** By the beginning of the code: SQLite's names (sqlite.org/rescode.html), PostgreSQL's SQLSTATE (its manual, appendix A). */
const meanings: readonly (readonly [code: RegExp, meaning: Meaning])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, locked],
  [/^SQLITE_(FULL|NOLFS|TOOBIG)/, full],
  [
    /^SQLITE_IOERR/,
    { problem: 'full', reason: 'the disk does not take or give what is asked: is it full or broken?' },
  ],
  [/^SQLITE_(READONLY|PERM|AUTH)/, readOnly],
  [
    /^SQLITE_CANTOPEN/,
    { problem: 'unreachable', reason: 'the database cannot be opened: check folder and permissions' },
  ],
  [/^SQLITE_(CORRUPT|NOTADB)/, damaged],
  [/^(53100|53200|54|58030)/, full],
  [/^(55P03|55006|40001|40P01)/, locked],
  [/^25006/, readOnly],
  [/^(08|57P|53300)/, unreachable],
  [
    /^(28|3D000)/,
    { problem: 'unreachable', reason: 'the database refuses the connection: check name, user and password' },
  ],
  [/^(XX001|XX002)/, damaged],
]

/** @param where - File, or address without its password. @returns the error itself where it says nothing of storage. */
export function asStorageError(where: string, error: unknown): unknown {
  if (error instanceof StorageError || !(error instanceof Error)) return error
  const code = (error as { code?: unknown }).code
  const known = typeof code === 'string' ? meanings.find(([pattern]) => pattern.test(code)) : undefined
  if (known) return storageError(where, known[1], error)
  if (isSystemError(error)) {
    const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT'
    return storageError(where, isFull ? full : { problem: 'unreachable', reason: systemReason(error) }, error)
  }
  if (
    /Connection terminated|timeout exceeded when trying to connect|not queryable|connection is not open/i.test(
      error.message,
    )
  ) {
    return storageError(where, unreachable, error)
  }
  if (/^ConnectionFailed/.test(error.message)) {
    return storageError(where, { problem: 'unreachable', reason: 'the database cannot be opened' }, error)
  }
  return error
}

const storageError = (where: string, { problem, reason }: Meaning, cause: Error): StorageError =>
  new StorageError(where, problem, `${reason} (${cause.message})`, { cause })
