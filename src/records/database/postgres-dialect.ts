/** Kysely over a pool of PostgreSQL connections. `pg` is loaded when an address is given; it is no dependency of the package. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresDialect,
  type QueryResult,
} from 'kysely'
import type pg from 'pg'
import { UsageError } from '../../errors.ts'
import { StorageError } from '../storage-error.ts'
import { asStorageError } from './as-storage-error.ts'

const connections = 10
const bigint = 20 // type of whole numbers of 64 bits: times and counts, which a number holds

/** The address as it may be shown: without its password. */
export function shownAddress(address: string): string {
  return address.replace(/^([a-z]+:\/\/[^:@/]*):[^@/]*@/i, '$1@').replace(/([?&]password=)[^&]*/i, '$1...')
}

/** @throws {UsageError} `pg` is not installed. */
export async function postgresDialect(address: string): Promise<Dialect> {
  const { default: driver } = await loadPg()
  const where = shownAddress(address)
  const pool = new driver.Pool({
    connectionString: address,
    max: connections,
    connectionTimeoutMillis: 5000,
    idle_in_transaction_session_timeout: 60_000,
    lock_timeout: 5000,
    application_name: 'plumbline',
    types: {
      getTypeParser: ((type: number, format: 'text' | 'binary') =>
        type === bigint ? Number : driver.types.getTypeParser(type, format as 'text')) as never,
    },
  })
  pool.on('error', () => {}) // an idle connection was lost; the next query opens another, or says that it cannot
  const dialect = new PostgresDialect({ pool })
  return {
    createDriver: () => guarded(dialect.createDriver(), where),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}

async function loadPg(): Promise<{ default: typeof pg }> {
  try {
    return await import('pg')
  } catch (cause) {
    throw new UsageError('--database: records in PostgreSQL need the package pg: npm install pg', { cause })
  }
}

/** Every error of the database as what it means for storage. */
function guarded(driver: Driver, where: string): Driver {
  const mapped = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw asStorageError(where, error)
    }
  }
  const wrapped = new WeakMap<DatabaseConnection, DatabaseConnection>()
  const inner = new WeakMap<DatabaseConnection, DatabaseConnection>()
  const of = (connection: DatabaseConnection): DatabaseConnection => {
    const own = inner.get(connection)
    if (own === undefined) throw new StorageError(where, 'unreachable', 'a connection of somebody else')
    return own
  }
  return {
    init: () => mapped(() => driver.init()),
    acquireConnection: () =>
      mapped(async () => {
        const connection = await driver.acquireConnection()
        let outer = wrapped.get(connection)
        if (outer === undefined) {
          outer = {
            executeQuery: <Row>(query: CompiledQuery): Promise<QueryResult<Row>> =>
              mapped(() => connection.executeQuery<Row>(query)),
            streamQuery: (query, size) => connection.streamQuery(query, size),
          }
          wrapped.set(connection, outer)
          inner.set(outer, connection)
        }
        return outer
      }),
    beginTransaction: (connection, settings) =>
      mapped(() => driver.beginTransaction(of(connection), settings)),
    commitTransaction: (connection) => mapped(() => driver.commitTransaction(of(connection))),
    rollbackTransaction: (connection) => mapped(() => driver.rollbackTransaction(of(connection))),
    releaseConnection: (connection) => driver.releaseConnection(of(connection)),
    destroy: () => driver.destroy(),
  }
}
