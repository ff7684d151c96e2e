/**
 * Taking an output folder: Plumbline writes only into folders that are new, empty or its own, and deletes nothing.
 *
 * A folder becomes its own by a marker file, written first, so that an interrupted command finds its folder again.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, UsageError } from '../../errors.ts'
import { isSystemError, systemReason, writeFileAtomic } from '../../files/atomic.ts'
import { makeFolder } from '../../files/make-folder.ts'

export const markerName = '.plumbline'

/** What a folder may be to us; the marker file holds the word. */
export type FolderKind =
  | 'run'
  | 'model'
  | 'demo'
  | 'preparation'
  | 'experiment'
  | 'sweep'
  | 'maps'
  | 'export'
  | 'plan'

/**
 * Makes the folder if need be and marks it.
 *
 * @throws {UsageError} It holds files and is not ours, or is ours for something else.
 * @throws {InputError} It cannot be made, read or written, with the reason.
 */
export async function claimFolder(folder: string, kind: FolderKind): Promise<void> {
  await refuseForeignFolder(folder, kind)
  await makeFolder(folder)
  const marker = join(folder, markerName)
  await writeFileAtomic(marker, `${kind}\n`) // also when it is there: tells at once whether the folder can be written
}

/**
 * Looks and writes nothing: for what is put in its place as a whole.
 *
 * @throws {UsageError} @throws {InputError} As {@link claimFolder}.
 */
export async function refuseForeignFolder(folder: string, kind: FolderKind): Promise<void> {
  const marker = join(folder, markerName)
  const names = await listFolder(folder)
  if (names.includes(markerName)) {
    const found = (await readFile(marker, 'utf8')).trim()
    if (found !== kind) {
      throw new UsageError(`--out: ${folder} already holds a ${found}, not a ${kind}: name another folder`)
    }
  } else if (names.length > 0) {
    const some = names.sort().slice(0, 3).join(', ')
    throw new UsageError(
      `--out: ${folder} exists and holds files that Plumbline did not write (${some}${names.length > 3 ? ', ...' : ''}): ` +
        'name a new or empty folder',
    )
  }
}

/** @returns Names in the folder; none where it does not exist. */
async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    if (cause.code === 'ENOENT') return []
    const reason = cause.code === 'ENOTDIR' ? 'it is a file, a folder was expected' : systemReason(cause)
    throw new InputError(folder, reason, { cause })
  }
}
