/**
 * Bytes beside the database, named by what they hold: the same picture is kept once, and what is read back is what was written.
 *
 * Files are written before the record that names them, so a crash leaves files too many, never too few; the sweep finds those.
 */
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isSystemError, temporaryName } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import { asStorageError } from '../database/as-storage-error.ts'
import type { Clock } from '../options.ts'
import { StorageError } from '../storage-error.ts'

export const fileKinds = ['picture', 'map', 'embedding', 'mask'] as const
export type FileKind = (typeof fileKinds)[number]

export interface FileStore {
  /** @returns its name: SHA-256 and ending. @throws {StorageError} The disk is full, or the folder cannot be written. */
  save(kind: FileKind, bytes: Uint8Array): Promise<string>
  /** Undefined where there is none. @throws {StorageError} It is damaged. */
  read(kind: FileKind, name: string): Promise<Uint8Array | undefined>
  has(kind: FileKind, name: string): Promise<boolean>
  remove(kind: FileKind, name: string): Promise<void>
  path(kind: FileKind, name: string): string
  folder(kind: FileKind): string
  /** Keeps `names` from being swept while they are written and not yet recorded. @returns ends that. */
  pin(names: readonly string[]): () => void
  isPinned(name: string): boolean
}

export const storedName = /^[0-9a-f]{64}\.[a-z0-9]{1,5}$/

export function createFileStore(root: string, isFlushed: boolean, clock: Clock): FileStore {
  const pins = new Map<string, number>()
  const folder = (kind: FileKind): string => join(root, `${kind}s`)
  const path = (kind: FileKind, name: string): string => {
    if (!storedName.test(name))
      throw new StorageError(join(folder(kind), name), 'damaged', 'is no name of a kept file')
    return join(folder(kind), name.slice(0, 2), name)
  }
  const guarded = async <T>(where: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw asStorageError(where, error)
    }
  }
  return {
    folder,
    path,
    save(kind, bytes) {
      const name = nameOf(kind, bytes)
      const target = path(kind, name)
      return guarded(target, async () => {
        if (!(await renew(target, clock()))) await write(target, bytes, isFlushed)
        return name
      })
    },
    read(kind, name) {
      const from = path(kind, name)
      return guarded(from, async () => {
        const bytes = await ifThere(readFile(from))
        if (bytes !== undefined && sha256(bytes) !== name.slice(0, 64)) {
          throw new StorageError(from, 'damaged', 'does not hold what was written: restore it from a backup')
        }
        return bytes
      })
    },
    has: async (kind, name) => (await ifThere(stat(path(kind, name)))) !== undefined,
    remove: (kind, name) => guarded(path(kind, name), () => rm(path(kind, name), { force: true })),
    pin(names) {
      for (const name of names) pins.set(name, (pins.get(name) ?? 0) + 1)
      return () => {
        for (const name of names) {
          const left = (pins.get(name) ?? 1) - 1
          if (left === 0) pins.delete(name)
          else pins.set(name, left)
        }
      }
    },
    isPinned: (name) => pins.has(name),
  }
}

/** The name that bytes have in the store. */
export const nameOf = (kind: FileKind, bytes: Uint8Array): string =>
  `${sha256(bytes)}.${endingOf(kind, bytes)}`

/** Undefined where there is no such file. */
async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return
    throw error
  }
}

/** Says of a file that is there that it is young, so that no sweep takes it for forgotten. @returns false where it is not there. */
async function renew(path: string, now: Date): Promise<boolean> {
  return (await ifThere(utimes(path, now, now).then(() => true))) ?? false
}

async function write(path: string, bytes: Uint8Array, isFlushed: boolean): Promise<void> {
  const temporary = temporaryName(path)
  try {
    await mkdir(dirname(path), { recursive: true })
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(bytes)
      if (isFlushed) await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {}) // what went wrong before is what matters
    throw cause
  }
}

const beginnings: readonly (readonly [beginning: string, ending: string])[] = [
  ['ffd8ff', 'jpg'],
  ['89504e47', 'png'],
  ['49492a00', 'tif'],
  ['4d4d002a', 'tif'],
  ['424d', 'bmp'],
  ['52494646', 'webp'],
  ['934e554d5059', 'npy'],
]

/** For people who look into the folder; programs go by the content. */
function endingOf(kind: FileKind, bytes: Uint8Array): string {
  if (kind === 'embedding') return 'f32'
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex')
  return beginnings.find(([beginning]) => start.startsWith(beginning))?.[1] ?? 'bin'
}
