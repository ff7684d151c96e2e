/** The pictures below a watched folder, without what other programs are still writing under a name of their own. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError } from '../../files/atomic.ts'
import { isReadableImageName } from '../../image/image-format.ts'
import { mapConcurrent } from '../../task.ts'
import type { SeenFile } from './settling.ts'

/** Names of files that are not finished, by the habits of copying programs, and hidden ones. */
const isPassedOver = (name: string): boolean =>
  /^[.~]|[~]$|\.(tmp|temp|part|partial|crdownload|filepart)$/i.test(name)

/**
 * Paths below `root`, with `/`. @param passedOver - Absolute folders that are not looked into.
 * @throws The system's error where the root cannot be read; folders below it that go meanwhile are passed over.
 */
export async function listPictures(root: string, passedOver: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = []
  const visit = async (folder: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (isPassedOver(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !passedOver.has(path)) {
        await visit(path, `${prefix}${entry.name}/`).catch(ignoreSystem)
      } else if (entry.isFile() && isReadableImageName(entry.name)) found.push(prefix + entry.name)
    }
  }
  await visit(root, '')
  return found.sort()
}

/** What has gone meanwhile is left out. */
export async function lookAt(root: string, paths: readonly string[]): Promise<SeenFile[]> {
  const seen: SeenFile[] = []
  for await (const file of mapConcurrent(paths, 16, async (path): Promise<SeenFile | undefined> => {
    try {
      const { size, mtimeMs, ino } = await stat(join(root, path))
      return { path, size, mtimeMs, ino }
    } catch (error) {
      ignoreSystem(error)
      return undefined
    }
  }))
    if (file !== undefined) seen.push(file)
  return seen
}

function ignoreSystem(error: unknown): undefined {
  if (!isSystemError(error)) throw error
  return undefined
}
