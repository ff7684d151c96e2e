/** What tells a file from what lay in its place before. */
import { stat } from 'node:fs/promises'
import { isSystemError } from '../../files/atomic.ts'

/**
 * Of a file that was replaced or written to something is different, whatever its time says, but for what is written twice within a step of
 * the file system's clock, some milliseconds; empty where there is none, which whoever reads it will say.
 */
export async function changeOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(path)
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`
  } catch (error) {
    if (isSystemError(error)) return ''
    throw error
  }
}
