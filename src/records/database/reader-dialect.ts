/** Kysely over a process that reads. */
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { notStreamed, sqliteDialect } from './libsql-dialect.ts'
import { createReader, type Reader } from './reader.ts'

/** Single queries, each of what was committed before it; no transactions. */
export function readerDialect(reader: Reader): Dialect {
  const noTransaction = async (): Promise<never> => {
    throw new Error('what only reads has no transactions: a snapshot has')
  }
  return dialectOf(reader, {
    beginTransaction: noTransaction,
    commitTransaction: noTransaction,
    rollbackTransaction: noTransaction,
  })
}

/**
 * Transactions that read, by a process for them alone: all of one sees the same state.
 *
 * @param path - Of the SQLite file. One transaction at a time.
 */
export function snapshotDialect(path: string): Dialect {
  const reader = createReader(path, false)
  const said = async (word: string): Promise<void> => void (await reader.ask(word, []))
  return dialectOf(reader, {
    beginTransaction: () => said('begin'),
    commitTransaction: () => said('commit'),
    rollbackTransaction: () => said('rollback'),
  })
}

function dialectOf(
  reader: Reader,
  transactions: Pick<Driver, 'beginTransaction' | 'commitTransaction' | 'rollbackTransaction'>,
): Dialect {
  const connection: DatabaseConnection = {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      return { rows: (await reader.ask(sql, parameters)) as Row[] }
    },
    streamQuery: notStreamed,
  }
  return sqliteDialect(() => ({
    async init() {},
    acquireConnection: async () => connection,
    async releaseConnection() {},
    ...transactions,
    destroy: () => reader.close(),
  }))
}
