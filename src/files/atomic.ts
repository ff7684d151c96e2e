/** Writing files so that a reader never sees half of one: temporary name beside the target, then rename. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError, PlumblineError } from '../errors.ts'

/** Each thread has its own: threads share the number of their process, and containers on one disk often have the same number. */
const writer = randomUUID().slice(0, 8)
let counter = 0

/** A name beside `path` that no other writer uses, be it a thread, a process or another machine. */
export function temporaryName(path: string): string {
  return `${path}.${writer}-${counter++}.partial`
}

/**
 * Writes a whole file atomically, making its folder if need be.
 *
 * @throws {InputError} The folder cannot be made or written (read-only, disk full), with the system's reason.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  await replaceAtomic(path, writeInto(data))
}

/** For {@link replaceAtomic} and {@link Put}: all of the data. */
export const writeInto =
  (data: string | Uint8Array) =>
  (temporary: string): Promise<void> =>
    writeFile(temporary, data)

/**
 * Lets `write` fill a temporary file, flushes it to disk and renames it over `path`; on failure the temporary goes.
 *
 * @throws {InputError} as {@link writeFileAtomic}.
 */
export async function replaceAtomic(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  await replaceTogether(async (put) => {
    await put(path, write)
  })
}

/** Lets `write` fill a file that will lie at `path`. @returns Where it lies until then. */
export type Put = (path: string, write: (temporary: string) => Promise<void>) => Promise<string>

/**
 * Several files that belong together: all are written and flushed under temporary names first, and only then renamed, in the order
 * in which they were put. Where one cannot be written, none of them takes its place.
 *
 * @throws {InputError} as {@link writeFileAtomic}.
 */
export async function replaceTogether(work: (put: Put) => Promise<void>): Promise<void> {
  const staged: { readonly path: string; readonly temporary: string }[] = []
  try {
    await work(async (path, write) => {
      const temporary = temporaryName(path)
      staged.push({ path, temporary })
      await withReason(path, async () => {
        await mkdir(dirname(path), { recursive: true })
        await write(temporary)
        await flush(temporary)
      })
      return temporary
    })
    for (const { path, temporary } of staged) await withReason(path, () => rename(temporary, path))
  } catch (cause) {
    for (const { temporary } of staged) await rm(temporary, { force: true }).catch(() => {}) // what went wrong before is what matters
    throw cause
  }
}

/** On the disk, whatever happens to the machine. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function withReason(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
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
  ENAMETOOLONG: 'the path is too long for this system',
  ELOOP: 'links lead in a circle',
  EMFILE: 'too many files are open',
  EIO: 'the disk gives errors',
  ESTALE: 'the share was changed or left',
  ENOTCONN: 'the share is not connected',
  ETIMEDOUT: 'the share does not answer',
  EHOSTDOWN: 'the host of the share is down',
}

/** The system's reason in words. */
export function systemReason(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ''] ?? error.message
}
