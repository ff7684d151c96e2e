/** A copy of all records and files as they were at one moment, made while the station goes on. */
import { constants, createWriteStream } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { z } from 'zod'
import { InputError } from '../../errors.ts'
import { isSystemError, temporaryName, writeFileAtomic } from '../../files/atomic.ts'
import { sha256File } from '../../files/hash.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { present } from '../../present.ts'
import { checkCancelled, type Task } from '../../task.ts'
import { asStorageError } from '../database/as-storage-error.ts'
import { knownVersions } from '../database/migrate.ts'
import type { AnyDatabase } from '../database/migrations/columns.ts'
import type { Db } from '../database/open-store.ts'
import type { FileKind, FileStore } from '../files/file-store.ts'
import type { BackupSummary } from '../records.ts'
import type { Station } from '../station.ts'
import { backedUpTables, backupFile, type backupSchema, rowsFile } from './backup-format.ts'

const batch = 1000

/** @throws {InputError} The folder is there and not empty, or cannot be written. @throws {CancelledError} Nothing is left then. */
export async function backup(
  { store, files, clock }: Station,
  folder: string,
  task: Task,
): Promise<BackupSummary> {
  const partial = temporaryName(folder)
  try {
    if ((await contents(folder)).length > 0)
      throw new InputError(folder, 'is not empty: name a new folder for the backup')
    await makeFolder(partial)
    const written = await store.snapshot(async (db) => {
      const counts = new Map<string, number>()
      await pipeline(
        Readable.from(lines(db, counts, task)),
        createGzip({ level: 1 }),
        createWriteStream(join(partial, rowsFile)),
      )
      const copied = await copyFiles(db, files, partial, task)
      return {
        ...copied,
        rows: Object.fromEntries(counts),
        version: present((await knownVersions(db)).at(-1), 'a version'),
      }
    })
    const description: z.infer<typeof backupSchema> = {
      format: 'plumbline-records-backup',
      createdAt: clock().toISOString(),
      sha256: await sha256File(join(partial, rowsFile)),
      ...written,
    }
    await writeFileAtomic(join(partial, backupFile), `${JSON.stringify(description, null, 2)}\n`)
    await rm(folder, { recursive: true, force: true }) // empty, as was seen
    await rename(partial, folder)
    return { inspections: written.rows.inspections ?? 0, files: written.files, bytes: written.bytes }
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {}) // what went wrong before is what matters
    throw asStorageError(folder, error)
  }
}

async function* lines(db: Db, counts: Map<string, number>, task: Task): AsyncGenerator<string> {
  const any: AnyDatabase = db
  const progress = task.progress('backup', 'records')
  let done = 0
  try {
    for (const { name, key } of backedUpTables) {
      let after = 0
      let count = 0
      for (;;) {
        checkCancelled(task)
        const rows = await any
          .selectFrom(name)
          .selectAll()
          .$if(key !== null, (query) =>
            query
              .where(key ?? '', '>', after)
              .orderBy(key ?? '')
              .limit(batch),
          )
          .execute()
        if (rows.length > 0) yield rows.map((row) => `${JSON.stringify([name, row])}\n`).join('')
        count += rows.length
        done += rows.length
        progress.update(done, null)
        if (key === null || rows.length < batch) break
        after = Number(rows.at(-1)?.[key])
      }
      counts.set(name, count)
    }
  } finally {
    progress.end()
  }
}

/** What retention took away since the moment of the backup is left out. */
async function copyFiles(
  db: Db,
  files: FileStore,
  to: string,
  task: Task,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const progress = task.progress('backup', 'files')
  const copied = { files: 0, bytes: 0 }
  let after = ''
  try {
    for (;;) {
      checkCancelled(task)
      const rows = await db
        .selectFrom('kept_files')
        .select(['file', 'what', (eb) => eb.fn.max('bytes').as('bytes')])
        .where('file', '>', after)
        .groupBy(['file', 'what'])
        .orderBy('file')
        .limit(batch)
        .execute()
      for (const { file, what, bytes } of rows) {
        const kind = what as FileKind
        const target = join(to, `${kind}s`, file.slice(0, 2), file)
        await mkdir(dirname(target), { recursive: true })
        if (!(await copyIfThere(files.path(kind, file), target))) continue
        copied.files++
        copied.bytes += Number(bytes)
        progress.update(copied.files, null)
      }
      if (rows.length < batch) return copied
      after = rows.at(-1)?.file ?? ''
    }
  } finally {
    progress.end()
  }
}

async function copyIfThere(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE)
    return true
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return false
    throw error
  }
}

async function contents(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return []
    throw error
  }
}
