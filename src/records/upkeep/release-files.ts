/** Deleting files that no record names any more. */
import { groupBy } from '../../math/group-by.ts'
import type { Db } from '../database/open-store.ts'
import type { FileKind, FileStore } from '../files/file-store.ts'

/** As `kept_files` names it. */
export interface NamedFile {
  /** Its kind. */
  readonly what: string
  readonly file: string
}

/** @returns How many files went. */
export async function releaseFiles(db: Db, files: FileStore, named: readonly NamedFile[]): Promise<number> {
  let gone = 0
  for (const [what, of] of groupBy(named, (each) => each.what)) {
    gone += await releaseKind(
      db,
      files,
      what as FileKind,
      of.map(({ file }) => file),
    )
  }
  return gone
}

async function releaseKind(
  db: Db,
  files: FileStore,
  kind: FileKind,
  names: readonly string[],
): Promise<number> {
  const rows = await db
    .selectFrom('kept_files')
    .select('file')
    .where('file', 'in', [...new Set(names)])
    .execute()
  const used = new Set(rows.map(({ file }) => file))
  const free = [...new Set(names)].filter((name) => !used.has(name) && !files.isPinned(name))
  for (const name of free) await files.remove(kind, name)
  return free.length
}
