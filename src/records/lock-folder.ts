/**
 * One station to a folder: a lock that the operating system gives back when the process ends, however it ends. It is SQLite's own lock on
 * a small file, so that no process id has to be believed.
 */
import { join } from 'node:path'
import Database from 'libsql'
import { asStorageError } from './database/as-storage-error.ts'
import { StorageError } from './storage-error.ts'

export interface FolderLock {
  release(): void
}

/** @param folder - There is one. @throws {StorageError} `locked`: another station has it. Or it cannot be written. */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'station.lock')
  let database: Database.Database | undefined
  try {
    database = new Database(path)
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database?.close()
    const error = asStorageError(path, cause)
    if (!(error instanceof StorageError) || error.problem !== 'locked') throw error
    const advice = 'another station uses this folder: end it, or name another folder with --data'
    throw new StorageError(folder, 'locked', advice, { cause })
  }
  const held = database
  let isHeld = true
  return {
    release() {
      if (!isHeld) return
      isHeld = false
      held.close()
    },
  }
}
