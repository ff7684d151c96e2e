/** Writing files so that a reader never sees half of one: temporary name beside the target, then rename. */
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError, PlumblineError } from '../errors.ts'

let counter = 0

/** A name beside `path` that no other writer of this machine uses. */
export function temporaryName(path: string): string {
  return `${path}.${process.pid}-${counter++}.partial`
}

/**
 * Writes a whole file atomically, making its folder if need be.
 *
 * @throws {InputError} The folder cannot be made or written (read-only, disk full), with the system's reason.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  await replaceAtomic(path, (temporary) => writeFile(temporary, data))
}

/**
 * Lets `write` fill a temporary file, flushes it to disk and renames it over `path`; on failure the temporary goes.
 *
 * @throws {InputError} as {@link writeFileAtomic}.
 */
export async function replaceAtomic(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryName(path)
  try {
    await mkdir(dirname(path), { recursive: true })
    await write(temporary)
    const handle = await open(temporary, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {}) // what went wrong before is what matters
    if (isSystemError(cause))
      throw new InputError(path, `cannot be written: ${systemReason(cause)}`, { cause })
    throw cause
  }
}

/** True for errors of the operating system (ENOENT, EACCES, ENOSPC ...), not for ours, which have a `code` too. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || error instanceof PlumblineError) return false
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' && /^E(?!RR_)/.test(code)
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder, a file was expected',
  EEXIST: 'it exists already',
}

/** The system's reason in words. */
export function systemReason(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ''] ?? error.message
}
