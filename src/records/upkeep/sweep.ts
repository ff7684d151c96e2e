/** Files go when they are too old, when there are too many, or when no record names them; letters when they are long delivered. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError } from '../../files/atomic.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Db } from '../database/open-store.ts'
import { fileKinds, storedName } from '../files/file-store.ts'
import type { StorageUse, SweepSummary } from '../records.ts'
import type { Station } from '../station.ts'
import { type NamedFile, releaseFiles } from './release-files.ts'

const dayMs = 86_400_000
/** A file that no record names may be about to be recorded; after a day it is forgotten. */
const forgottenAfterMs = dayMs
const deliveredForMs = 7 * dayMs
const batch = 500

export async function sweep(station: Station, task: Task): Promise<SweepSummary> {
  const { store, files, keep, clock } = station
  const { db } = store
  const now = clock().getTime()
  const progress = task.progress('sweep', 'files')
  const swept = { files: 0, bytes: 0 }
  const count = (removed: SweepSummary): void => {
    swept.files += removed.files
    swept.bytes += removed.bytes
    progress.update(swept.files, null)
  }
  try {
    if (keep.maxAgeDays !== null) {
      const before = now - keep.maxAgeDays * dayMs
      for (;;) {
        checkCancelled(task)
        const old = await oldest(db, now, false, before)
        if (old.length === 0) break
        count(await drop(station, old))
      }
    }
    if (keep.maxBytes !== null) {
      let excess = (await storageUse(db)).bytes - keep.maxBytes
      for (const isDecided of [false, true]) {
        while (excess > 0) {
          checkCancelled(task)
          const next = upTo(excess, await oldest(db, now, isDecided, Number.POSITIVE_INFINITY))
          if (next.length === 0) break
          const removed = await drop(station, next)
          count(removed)
          excess = (await storageUse(db)).bytes - keep.maxBytes
        }
      }
    }
    for (const kind of fileKinds) {
      for await (const found of forgotten(files.folder(kind), now - forgottenAfterMs)) {
        checkCancelled(task)
        const named = found.map(({ name }) => ({ what: kind, file: name }))
        const gone = await releaseFiles(db, files, named)
        const bytes = found.reduce((sum, { size }) => sum + size, 0)
        count({ files: gone, bytes: gone === found.length ? bytes : 0 })
      }
    }
    await db
      .deleteFrom('letters')
      .where('state', '=', 'delivered')
      .where('created_at', '<', now - deliveredForMs)
      .execute()
    return swept
  } finally {
    progress.end()
  }
}

interface KeptRow extends NamedFile {
  readonly id: number
  readonly bytes: number
}

/** Files by age, but masks, and those of parts that somebody looks at now; of parts that people decided, or of the others. */
async function oldest(db: Db, now: number, isDecided: boolean, before: number): Promise<KeptRow[]> {
  return await db
    .selectFrom('kept_files')
    .innerJoin('inspections', 'inspections.seq', 'kept_files.inspection')
    .select(['kept_files.id', 'kept_files.what', 'kept_files.file', 'kept_files.bytes'])
    .where('kept_files.what', '<>', 'mask')
    .where('inspections.label', isDecided ? 'is not' : 'is', null)
    .where((eb) =>
      eb.or([eb('inspections.claimed_until', 'is', null), eb('inspections.claimed_until', '<=', now)]),
    )
    .$if(Number.isFinite(before), (query) => query.where('kept_files.time', '<', before))
    .orderBy('kept_files.time')
    .orderBy('kept_files.id')
    .limit(batch)
    .execute()
}

function upTo(bytes: number, rows: readonly KeptRow[]): KeptRow[] {
  const taken: KeptRow[] = []
  let sum = 0
  for (const row of rows) {
    if (sum >= bytes) break
    taken.push(row)
    sum += row.bytes
  }
  return taken
}

/** Rows first, then files: a crash between the two leaves files that the next sweep finds. */
async function drop({ store, files }: Station, rows: readonly KeptRow[]): Promise<SweepSummary> {
  await store.db
    .deleteFrom('kept_files')
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute()
  const gone = await releaseFiles(store.db, files, rows)
  return { files: gone, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) }
}

/** Files of the folder that nobody touched since, some at a time; half-written ones too. */
async function* forgotten(
  folder: string,
  before: number,
): AsyncGenerator<readonly { readonly name: string; readonly size: number }[]> {
  for (const inner of await namesIn(folder)) {
    const found: { readonly name: string; readonly size: number }[] = []
    for (const name of await namesIn(join(folder, inner))) {
      const path = join(folder, inner, name)
      const { mtimeMs, size } = await stat(path)
      if (mtimeMs >= before) continue
      if (!storedName.test(name)) {
        if (name.endsWith('.partial')) await rm(path, { force: true })
        continue
      }
      found.push({ name, size })
    }
    for (let i = 0; i < found.length; i += batch) yield found.slice(i, i + batch)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return []
    throw error
  }
}

/** A file that several records name counts once. */
export async function storageUse(db: Db): Promise<StorageUse> {
  const { files, bytes } = await db
    .selectFrom((eb) => eb.selectFrom('kept_files').select(['file', 'bytes']).distinct().as('each'))
    .select((eb) => [
      eb.fn.countAll<number>().as('files'),
      eb.fn.sum<number | string | null>('bytes').as('bytes'),
    ])
    .executeTakeFirstOrThrow()
  return { files: Number(files), bytes: Number(bytes ?? 0) }
}
