/** Brings a database to the version of this program: new, older, or refused because it is newer. */
import { type Kysely, type Migration, Migrator } from 'kysely'
import { StorageError } from '../storage-error.ts'
import type { AnyDatabase, DatabaseKind } from './migrations/columns.ts'
import { addLabelScores } from './migrations/label-scores.ts'
import { addStation } from './migrations/station.ts'
import { addTallies } from './migrations/tallies.ts'
import type { Tables } from './tables.ts'

const steps: Readonly<Record<string, (db: AnyDatabase, kind: DatabaseKind) => Promise<void>>> = {
  '0001-station': addStation,
  '0002-tallies': (db) => addTallies(db),
  '0003-label-scores': (db) => addLabelScores(db),
}

/** Names of the versions of the database, oldest first. */
export const versions = Object.keys(steps)

const tableOfVersions = 'plumbline_versions'

/**
 * All in one transaction: interrupted, the database is as before.
 *
 * @param until - Version at which to stop; default the newest.
 * @throws {StorageError} A newer program has written it; or the database does not answer.
 */
export async function migrate(
  db: Kysely<Tables>,
  kind: DatabaseKind,
  where: string,
  until?: string,
): Promise<void> {
  const known = await knownVersions(db)
  const newer = known.filter((name) => !versions.includes(name))
  if (newer.length > 0) {
    throw new StorageError(
      where,
      'newer',
      `the records are of version ${newer.at(-1)}, this program knows ${versions.at(-1)}: update Plumbline, or open a backup of then`,
    )
  }
  if (known.length === versions.length || (until !== undefined && known.includes(until))) return
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrationsFor(kind) },
    migrationTableName: tableOfVersions,
    migrationLockTableName: `${tableOfVersions}_lock`,
  })
  const { error } = until === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(until)
  if (error !== undefined) throw error
}

/** Versions that the database has been brought through, oldest first; none for an empty one. */
export async function knownVersions(db: Kysely<Tables>): Promise<string[]> {
  const any: AnyDatabase = db
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === tableOfVersions)) return []
  const rows = await any.selectFrom(tableOfVersions).select('name').orderBy('name').execute()
  return rows.map(({ name }) => String(name))
}

const migrationsFor = (kind: DatabaseKind): Record<string, Migration> =>
  Object.fromEntries(Object.entries(steps).map(([name, up]) => [name, { up: (db) => up(db, kind) }]))
