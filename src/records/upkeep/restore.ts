/** Records from a backup, into a place that has none: of any version that this program knows, into either database. */
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { sql } from 'kysely'
import { InputError } from '../../errors.ts'
import { isSystemError } from '../../files/atomic.ts'
import { sha256File } from '../../files/hash.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { readJson } from '../../files/read-json.ts'
import { checkCancelled, quietTask, type Task } from '../../task.ts'
import { versions } from '../database/migrate.ts'
import type { AnyDatabase } from '../database/migrations/columns.ts'
import { openStore, type Store } from '../database/open-store.ts'
import { createFileStore, type FileStore, fileKinds, storedName } from '../files/file-store.ts'
import { lockFolder } from '../lock-folder.ts'
import type { RecordsOptions } from '../options.ts'
import type { BackupSummary } from '../records.ts'
import { StorageError } from '../storage-error.ts'
import { backedUpTables, backupFile, backupSchema, rowSchema, rowsFile } from './backup-format.ts'

/** Values in one statement, well below what either database takes. */
const valuesAtOnce = 10_000

/**
 * All rows in one transaction, after the files: what is interrupted leaves no records, and can be done again.
 *
 * @param backup - Folder that `backup` wrote.
 * @throws {InputError} It is no backup, or was changed since; or the place has records already.
 * @throws {StorageError} It is of a newer version, a station uses the folder, or the database does not take it.
 */
export async function restoreRecords(
  backup: string,
  options: RecordsOptions,
  task: Task = quietTask,
): Promise<BackupSummary> {
  const { version, sha256 } = await readJson(join(backup, backupFile), backupSchema)
  const rows = join(backup, rowsFile)
  if (!versions.includes(version)) {
    throw new StorageError(
      backup,
      'newer',
      `is of version ${version}, this program knows ${versions.at(-1)}: update Plumbline`,
    )
  }
  if ((await sha256File(rows)) !== sha256)
    throw new InputError(rows, 'is not what was written with the backup')
  await makeFolder(options.folder)
  const lock = lockFolder(options.folder) // else a station could begin in the middle of it
  try {
    return await restoreInto(options, version, backup, rows, task)
  } finally {
    lock.release()
  }
}

async function restoreInto(
  options: RecordsOptions,
  version: string,
  backup: string,
  rows: string,
  task: Task,
): Promise<BackupSummary> {
  const files = createFileStore(options.folder, true, options.clock)
  const store = await openStore({ ...options, version })
  try {
    const isUsed = await store.db.selectFrom('notes').select('name').limit(1).executeTakeFirst() // each station has one
    if (isUsed) throw new InputError(store.where, 'has records already: restore into a new place')
    const copied = await restoreFiles(backup, files, task)
    const counts = await restoreRows(store, rows, task)
    return { inspections: counts.get('inspections') ?? 0, ...copied }
  } finally {
    await store.close()
  }
}

async function restoreFiles(
  backup: string,
  files: FileStore,
  task: Task,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const progress = task.progress('restore', 'files')
  const restored = { files: 0, bytes: 0 }
  try {
    for (const kind of fileKinds) {
      const folder = join(backup, `${kind}s`)
      for (const inner of await namesIn(folder)) {
        for (const name of await namesIn(join(folder, inner))) {
          checkCancelled(task)
          if (!storedName.test(name)) continue
          const bytes = await readFile(join(folder, inner, name))
          const saved = await files.save(kind, bytes)
          if (saved !== name)
            throw new InputError(join(folder, inner, name), 'does not hold what was backed up')
          restored.files++
          restored.bytes += bytes.byteLength
          progress.update(restored.files, null)
        }
      }
    }
    return restored
  } finally {
    progress.end()
  }
}

async function restoreRows(store: Store, path: string, task: Task): Promise<ReadonlyMap<string, number>> {
  const progress = task.progress('restore', 'records')
  const counts = new Map<string, number>()
  try {
    await store.db.transaction().execute(async (tx) => {
      const any: AnyDatabase = tx
      let table = ''
      let waiting: Record<string, string | number | null>[] = []
      const flush = async (): Promise<void> => {
        if (waiting.length > 0) await any.insertInto(table).values(waiting).execute()
        waiting = []
      }
      const lines = createInterface({
        input: createReadStream(path).pipe(createGunzip()),
        crlfDelay: Infinity,
      })
      let done = 0
      for await (const line of lines) {
        const [name, row] = rowSchema.parse(JSON.parse(line))
        if (name !== table || waiting.length * Object.keys(row).length >= valuesAtOnce) {
          checkCancelled(task)
          await flush()
          table = name
        }
        waiting.push(row)
        counts.set(name, (counts.get(name) ?? 0) + 1)
        progress.update(++done, null)
      }
      await flush()
      if (store.kind === 'postgres') await continueKeys(any)
    })
    return counts
  } finally {
    progress.end()
  }
}

/** PostgreSQL counts on from what it gave out itself, not from what is there. */
async function continueKeys(db: AnyDatabase): Promise<void> {
  for (const { name, key } of backedUpTables) {
    if (key === null || name === 'audit') continue
    await sql`select setval(pg_get_serial_sequence(${sql.lit(name)}, ${sql.lit(key)}), (select coalesce(max(${sql.ref(key)}), 0) + 1 from ${sql.table(name)}), false)`.execute(
      db,
    )
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return []
    throw error
  }
}
