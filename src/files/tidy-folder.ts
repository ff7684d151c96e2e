/** Trying a folder without leaving a trace: what a trial makes in it is taken away again. */
import { readdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isSystemError } from './atomic.ts'

export interface FolderBefore {
  /** Takes away what has come into the folder since, where it could be listed then. Only where nobody else can have put something there. */
  tidy(): Promise<void>
  /** Takes away the folder and those above it that were not there before, as far as they are empty. */
  removeEmpty(): Promise<void>
}

/** @param folder - Need not be there. */
export async function rememberFolder(folder: string): Promise<FolderBefore> {
  const whole = resolve(folder)
  const before = await namesIn(whole)
  const missing: string[] = []
  for (let path = whole; (await namesIn(path)) === 'missing' && dirname(path) !== path; path = dirname(path))
    missing.push(path)
  return {
    async tidy() {
      const now = await namesIn(whole)
      if (before === 'unknown' || typeof now === 'string') return
      for (const name of now)
        if (before === 'missing' || !before.includes(name))
          await rm(join(whole, name), { recursive: true, force: true })
    },
    async removeEmpty() {
      for (const path of missing) await removeIfEmpty(path)
    },
  }
}

/** One that is not empty stays: somebody uses it. */
export async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    if (!isSystemError(error)) throw error
  }
}

async function namesIn(path: string): Promise<readonly string[] | 'missing' | 'unknown'> {
  try {
    return await readdir(path)
  } catch (error) {
    if (!isSystemError(error)) throw error
    return error.code === 'ENOENT' ? 'missing' : 'unknown'
  }
}
