/** Kysely over one libsql connection: whole transactions take turns, and a locked file is tried again for a while. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { StorageError } from '../storage-error.ts'
import { type LibsqlConnection, openLibsql, type SqliteFile } from './libsql-connection.ts'

const [triesWhenLocked, pauseWhenLockedMs] = [80, 25]

export const libsqlDialect = (file: SqliteFile): Dialect => sqliteDialect(() => libsqlDriver(file))

/** The words of SQLite, with who answers them. */
export const sqliteDialect = (createDriver: () => Driver): Dialect => ({
  createDriver,
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})

function libsqlDriver(file: SqliteFile): Driver {
  const connection = openLibsql(file)
  let isInTransaction = false
  const shared = databaseConnection(connection, () => isInTransaction)
  /** Ends when whoever uses the connection is done with it. */
  let turn: Promise<void> = Promise.resolve()
  let release = (): void => {}
  return {
    async init() {},
    async acquireConnection() {
      const before = turn
      let mine = (): void => {}
      turn = new Promise((resolve) => {
        mine = resolve
      })
      await before
      release = mine
      return shared
    },
    async releaseConnection() {
      release()
    },
    // At once a writer: a reader that becomes one may find that it cannot.
    async beginTransaction(_connection, { accessMode }) {
      await whenUnlocked(() => connection.exec(accessMode === 'read only' ? 'begin' : 'begin immediate'))
      isInTransaction = true
    },
    async commitTransaction() {
      await whenUnlocked(() => connection.exec('commit'))
      isInTransaction = false
    },
    async rollbackTransaction() {
      isInTransaction = false
      rollBack(connection)
    },
    async destroy() {
      connection.close()
    },
  }
}

function rollBack(connection: LibsqlConnection): void {
  try {
    connection.exec('rollback')
  } catch {
    // A full disk, or a connection opened anew, has rolled back already; what went wrong before is what matters.
  }
}

async function whenUnlocked(work: () => void): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      work()
      return
    } catch (error) {
      if (!(error instanceof StorageError && error.problem === 'locked') || tries >= triesWhenLocked)
        throw error
      await sleep(pauseWhenLockedMs)
    }
  }
}

const databaseConnection = (
  connection: LibsqlConnection,
  isInTransaction: () => boolean,
): DatabaseConnection => ({
  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const isAlone = /^(insert|update|delete)\b/i.test(sql) && !isInTransaction()
    if (isAlone) await whenUnlocked(() => connection.exec('begin immediate'))
    try {
      const { rows, changes } = connection.run(sql, parameters)
      if (isAlone) connection.exec('commit')
      return { rows: rows as Row[], numAffectedRows: BigInt(changes) }
    } catch (error) {
      if (isAlone) rollBack(connection)
      throw error
    }
  },
  streamQuery: notStreamed,
})

/** A cursor of libsql is never let go; pages of keys are read instead. */
// biome-ignore lint/correctness/useYield: it never gets to
export async function* notStreamed(): AsyncGenerator<never> {
  throw new Error('rows are read in pages, not streamed')
}
