/**
 * One connection to a SQLite file through libsql, with what had to be learnt about it (`docs/decisions`, the database driver):
 * a boolean as a parameter ends the whole process, so types are checked first; a statement that met a lock or an error of the disk
 * stays "in progress" and blocks every later commit, so the connection is then thrown away and opened anew.
 */
import Database from 'libsql'
import { present } from '../../present.ts'
import { asStorageError } from './as-storage-error.ts'

export interface SqliteFile {
  readonly path: string
  /** Flushed to the disk at each commit: nothing is lost with the power either. Else the last seconds may be; never the file. */
  readonly isFlushed: boolean
  /** Null without a limit. */
  readonly maxBytes: number | null
}

/** A file that is only looked into, by a process that has nothing else to do meanwhile. */
export interface ReadSqliteFile {
  readonly path: string
  readonly isReadOnly: true
}

export interface LibsqlConnection {
  /** @throws {StorageError} It is locked, full, or broken. */
  run(sql: string, parameters: readonly unknown[]): { rows: unknown[]; changes: number }
  /** Statements without parameters and answers. @throws {StorageError} as `run`. */
  exec(sql: string): void
  close(): void
}

const cachedStatements = 200
const pageBytes = 4096

export function openLibsql(file: SqliteFile | ReadSqliteFile): LibsqlConnection {
  type Statement = ReturnType<Database.Database['prepare']>
  let open: { readonly database: Database.Database; readonly statements: Map<string, Statement> } | undefined

  const ready = (): NonNullable<typeof open> => {
    if (open) return open
    const database = new Database(file.path)
    try {
      database.prepare('PRAGMA journal_mode = WAL').all([])
      database.exec(pragmas(file).join(';'))
    } catch (error) {
      database.close()
      throw error
    }
    open = { database, statements: new Map() }
    return open
  }
  const drop = (): void => {
    const broken = open
    open = undefined
    broken?.statements.clear()
    if (broken?.database.inTransaction) broken.database.exec('rollback') // else its lock lives on until memory is cleared
    broken?.database.close()
  }
  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      if (!/^SQLITE_(CONSTRAINT|FULL)/.test(String((error as { code?: unknown }).code))) drop()
      throw asStorageError(file.path, error)
    }
  }
  const prepared = (sql: string): Statement => {
    const { database, statements } = ready()
    const known = statements.get(sql)
    if (known) return known
    if (statements.size >= cachedStatements)
      statements.delete(present(statements.keys().next().value, 'the oldest'))
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  return {
    run: (sql, parameters) =>
      guarded(() => {
        const bound = parameters.map(bindable)
        const statement = prepared(sql)
        if (statement.reader) return { rows: statement.all(bound) as unknown[], changes: 0 }
        return { rows: [], changes: Number(statement.run(bound).changes) }
      }),
    // `exec` lets go of its statement even where it met a lock.
    exec: (sql) => {
      try {
        ready().database.exec(sql)
      } catch (error) {
        throw asStorageError(file.path, error)
      }
    },
    close: drop,
  }
}

function pragmas(file: SqliteFile | ReadSqliteFile): string[] {
  const shared = ['PRAGMA cache_size = -65536', 'PRAGMA temp_store = MEMORY']
  if ('isReadOnly' in file) return [...shared, 'PRAGMA query_only = ON', 'PRAGMA busy_timeout = 2000']
  const { isFlushed, maxBytes } = file
  return [
    ...shared,
    `PRAGMA synchronous = ${isFlushed ? 'FULL' : 'NORMAL'}`,
    'PRAGMA busy_timeout = 0', // waiting is done without holding up everything else
    'PRAGMA foreign_keys = ON',
    'PRAGMA secure_delete = ON', // what is deleted is gone from the file
    ...(maxBytes === null
      ? []
      : [`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageBytes))}`]),
  ]
}

/** @throws {TypeError} A value that SQLite does not know, which libsql would end the process for. */
function bindable(value: unknown): number | bigint | string | Uint8Array | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(`expected a number, text, bytes or null for the database, got ${typeof value}`)
}
