/** A store in a folder that every machine sees: a local disk, NFS. */
import { randomUUID } from 'node:crypto'
import { access, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InputError, UsageError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { makeFolder } from '../files/make-folder.ts'
import { checkKey, type Store } from './store.ts'

/** What tells a store from any other folder. */
const markerName = '.plumbline-store'

/**
 * Makes the folder if need be.
 *
 * @throws {UsageError} It holds files and is no store. @throws {InputError} It cannot be made or read.
 */
export async function openFolderStore(folder: string): Promise<Store> {
  const id = await claim(folder)
  const pathOf = (key: string): string => join(folder, ...checkKey(key).split('/'))
  return {
    place: folder,
    ...(id !== undefined && { id }),
    async get(key) {
      const path = pathOf(key)
      try {
        return await readFile(path)
      } catch (cause) {
        if (!isSystemError(cause)) throw cause
        if (cause.code === 'ENOENT') return undefined
        throw new InputError(path, `cannot be read from the store: ${systemReason(cause)}`, { cause })
      }
    },
    async put(key, bytes) {
      const path = pathOf(key)
      // Writers of several machines: the number of a process tells them apart on one only.
      const temporary = `${path}.${randomUUID()}.partial`
      try {
        await mkdir(dirname(path), { recursive: true })
        const file = await open(temporary, 'wx')
        try {
          await file.writeFile(bytes)
          if (!key.startsWith('blobs/')) await file.sync() // a blob says by its hash whether it is whole
        } finally {
          await file.close()
        }
        await rename(temporary, path)
      } catch (cause) {
        await rm(temporary, { force: true }).catch(() => {}) // what went wrong before is what matters
        if (!isSystemError(cause)) throw cause
        throw unwritable(path, cause)
      }
    },
    has: (key) =>
      access(pathOf(key)).then(
        () => true,
        (cause: unknown) => {
          if (isSystemError(cause) && ['ENOENT', 'ENOTDIR'].includes(cause.code ?? '')) return false
          throw cause
        },
      ),
    async *list(prefix) {
      const [room = ''] = prefix.split('/')
      const names = await readdir(join(folder, room), { recursive: true, withFileTypes: true }).catch(
        noneIfMissing,
      )
      for (const entry of names) {
        if (!entry.isFile() || entry.name.endsWith('.partial')) continue
        const key = join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll('\\', '/')
        if (key.startsWith(prefix)) yield key
      }
    },
  }
}

export async function isStore(folder: string): Promise<boolean> {
  try {
    await access(join(folder, markerName))
    return true
  } catch (cause) {
    if (isSystemError(cause)) return false
    throw cause
  }
}

/** A store that holds nothing is a folder as any other again. */
export async function unclaim(folder: string): Promise<void> {
  const names = await readdir(folder).catch(noneIfMissing)
  if (names.length === 1) await rm(join(folder, markerName), { force: true })
}

/** @returns What the store calls itself; undefined of one that is being made, or was made by an early version. */
async function claim(folder: string): Promise<string | undefined> {
  await makeFolder(folder)
  const names = await readdir(folder).catch((cause: unknown) => {
    if (!isSystemError(cause)) throw cause
    throw new InputError(folder, `cannot be used as a store: ${systemReason(cause)}`, { cause })
  })
  const marker = join(folder, markerName)
  if (names.includes(markerName)) return idOf(marker)
  if (names.length > 0) {
    throw new UsageError(
      `--store: ${folder} holds files and is no store of Plumbline: name a new or empty folder, or the store`,
    )
  }
  try {
    await writeFile(marker, `${randomUUID().slice(0, 8)}\n`, { flag: 'wx' })
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    if (cause.code !== 'EEXIST') throw unwritable(marker, cause) // else another was faster
  }
  return idOf(marker)
}

async function idOf(marker: string): Promise<string | undefined> {
  try {
    return /^[0-9a-f]{8}$/.exec((await readFile(marker, 'utf8')).trim())?.[0]
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(marker, `cannot be read from the store: ${systemReason(cause)}`, { cause })
  }
}

/** What has to be done about it, by the code of the system. */
const waysOut: Readonly<Record<string, string>> = {
  ENOSPC: '; make room there: the same command goes on where it stopped',
  EDQUOT: '; make room there: the same command goes on where it stopped',
  EROFS: '; whoever submits or works must be able to write there',
  ENOENT: '; is the share there, and may it be written to?', // a read-only one may answer so
  EACCES: '; whoever submits or works must be able to write there',
}

const unwritable = (path: string, cause: NodeJS.ErrnoException): InputError =>
  new InputError(
    path,
    `cannot be written to the store: ${systemReason(cause)}${waysOut[cause.code ?? ''] ?? ''}`,
    { cause },
  )

function noneIfMissing(cause: unknown): never[] {
  if (isSystemError(cause) && cause.code === 'ENOENT') return []
  throw cause
}
