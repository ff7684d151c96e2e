/** Deleting files that no record names any more. */
import type { Db } from '../database/open-store.ts'
import type { FileKind, FileStore } from '../files/file-store.ts'

/** @returns How many files went. */
export async function releaseFiles(
  db: Db,
  files: FileStore,
  kind: FileKind,
  names: readonly string[],
): Promise<number> {
  if (names.length === 0) return 0
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
