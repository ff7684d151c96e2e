/** Making a folder with its parents. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from './atomic.ts'

/**
 * Like `mkdir` with `recursive`, one level at a time: Node 20 never returns from that where the system answers "no such
 * folder" below a folder that is there, as `/proc` does.
 *
 * @throws {InputError} It cannot be made, with the system's reason.
 */
export async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = []
  try {
    for (let path = resolve(folder); !(await exists(path)); path = dirname(path)) missing.unshift(path)
    for (const path of missing) await mkdir(path).catch(ignoreExisting)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(folder, `cannot be made: ${systemReason(cause)}`, { cause })
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return false
    throw error
  }
}

/** Another process was faster. */
function ignoreExisting(error: unknown): void {
  if (!(isSystemError(error) && error.code === 'EEXIST')) throw error
}
