/** A database that is open and of this program's version, whichever of the two it is. */

import { join } from 'node:path'
import { type Compilable, type Dialect, Kysely, type Transaction } from 'kysely'
import { UsageError } from '../../errors.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { libsqlDialect } from './libsql-dialect.ts'
import { migrate } from './migrate.ts'
import type { DatabaseKind } from './migrations/columns.ts'
import { postgresDialect, shownAddress } from './postgres-dialect.ts'
import { createReader } from './reader.ts'
import { readerDialect, snapshotDialect } from './reader-dialect.ts'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>

export interface Store {
  readonly kind: DatabaseKind
  /** File, or address without its password. */
  readonly where: string
  readonly db: Db
  /** For what takes long to find, and what people wait for: lists, counts, groupings. They hold up nothing that goes through `db`. */
  readonly reads: Db
  /** Rows of a query of `reads` as the text of a JSON array: made by the process that reads, where there is one. */
  readJson(query: Compilable & { execute(): Promise<unknown[]> }): Promise<Uint8Array>
  /** Reads a consistent state while others write, over a connection of its own; with `readsBeside` by a process of its own. */
  snapshot<T>(read: (db: Db) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface StoreOptions {
  /** Holds the SQLite file. */
  readonly folder: string
  readonly database?: string
  readonly isFlushed?: boolean
  readonly maxDatabaseBytes?: number | null
  /** SQLite's `reads` go to a process of their own, as PostgreSQL's do anyway. Default false: through `db`. */
  readonly readsBeside?: boolean
  /** Version at which migration stops; default the newest. */
  readonly version?: string
}

export const databaseFile = 'records.db'

/** @throws {StorageError} @throws {InputError} The folder cannot be made. @throws {UsageError} The address is none of PostgreSQL. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { kind, where, dialect } = await dialectOf(options)
  await makeFolder(options.folder)
  const db = new Kysely<Tables>({ dialect })
  try {
    await migrate(db, kind, where, options.version)
  } catch (error) {
    await db.destroy()
    throw error
  }
  const reader = kind === 'sqlite' && options.readsBeside ? createReader(where) : null
  const reads = reader === null ? db : new Kysely<Tables>({ dialect: readerDialect(reader) })
  return {
    kind,
    where,
    db,
    reads,
    async readJson(query) {
      if (reader === null) return Buffer.from(JSON.stringify(await query.execute()))
      const { sql, parameters } = query.compile()
      return reader.askJson(sql, parameters)
    },
    async snapshot(read) {
      const own = kind === 'sqlite' ? new Kysely<Tables>({ dialect: await snapshotOf(options) }) : db
      try {
        const transaction = own.transaction()
        return await (kind === 'sqlite'
          ? transaction.setAccessMode('read only')
          : transaction.setIsolationLevel('repeatable read')
        ).execute(read)
      } finally {
        if (own !== db) await own.destroy()
      }
    },
    async close() {
      if (reads !== db) await reads.destroy() // first: the last to close the file clears its log away
      await db.destroy()
    },
  }
}

/** Of a station by a process of its own: a backup reads for minutes. */
const snapshotOf = async (options: StoreOptions): Promise<Dialect> => {
  const { where, dialect } = await dialectOf(options)
  return options.readsBeside ? snapshotDialect(where) : dialect
}

async function dialectOf({
  folder,
  database,
  isFlushed = false,
  maxDatabaseBytes = null,
}: StoreOptions): Promise<{ kind: DatabaseKind; where: string; dialect: Dialect }> {
  if (database === undefined) {
    const path = join(folder, databaseFile)
    return {
      kind: 'sqlite',
      where: path,
      dialect: libsqlDialect({ path, isFlushed, maxBytes: maxDatabaseBytes }),
    }
  }
  if (!/^postgres(ql)?:\/\//.test(database)) {
    throw new UsageError(`--database: expected postgres://..., got ${shownAddress(database)}`)
  }
  return { kind: 'postgres', where: shownAddress(database), dialect: await postgresDialect(database) }
}
