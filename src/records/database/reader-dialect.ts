/** Kysely over the process that reads: single queries, each of what was committed before it; no transactions. */
import type { CompiledQuery, DatabaseConnection, Dialect, QueryResult } from 'kysely'
import { notStreamed, sqliteDialect } from './libsql-dialect.ts'
import type { Reader } from './reader.ts'

export function readerDialect(reader: Reader): Dialect {
  const connection: DatabaseConnection = {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      return { rows: (await reader.ask(sql, parameters)) as Row[] }
    },
    streamQuery: notStreamed,
  }
  const noTransaction = async (): Promise<never> => {
    throw new Error('what only reads has no transactions: a snapshot has')
  }
  return sqliteDialect(() => ({
    async init() {},
    acquireConnection: async () => connection,
    async releaseConnection() {},
    beginTransaction: noTransaction,
    commitTransaction: noTransaction,
    rollbackTransaction: noTransaction,
    destroy: () => reader.close(),
  }))
}
