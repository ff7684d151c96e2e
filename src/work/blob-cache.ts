/**
 * Contents of a store kept on this machine's own disk, below a limit: those used longest ago go first.
 *
 * One file a content, by its hash; what is read is verified, so that a damaged one is fetched again.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError, temporaryName } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { getBlob, type Store } from './store.ts'

export interface BlobCache {
  /** @throws {InputError} Neither the cache nor the store has it. */
  get(hash: string): Promise<Uint8Array>
  /** Bytes taken from the store so far, and from the cache. */
  readonly traffic: { readonly fetched: number; readonly found: number }
}

/** @param maxBytes - Of the whole folder. */
export async function openBlobCache(folder: string, store: Store, maxBytes: number): Promise<BlobCache> {
  const sizes = await sizesIn(folder) // in the order of their last use
  let total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  const traffic = { fetched: 0, found: 0 }
  const pathOf = (hash: string): string => join(folder, hash.slice(0, 2), hash)

  const drop = async (hash: string): Promise<void> => {
    total -= sizes.get(hash) ?? 0
    sizes.delete(hash)
    await rm(pathOf(hash), { force: true })
  }
  const keep = async (hash: string, bytes: Uint8Array): Promise<void> => {
    if (bytes.length > maxBytes || sizes.has(hash)) return
    sizes.set(hash, bytes.length)
    total += bytes.length
    for (const oldest of sizes.keys()) {
      if (total <= maxBytes) break
      if (oldest !== hash) await drop(oldest)
    }
    const path = pathOf(hash)
    const temporary = temporaryName(path)
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(temporary, bytes)
      await rename(temporary, path)
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => {})
      if (!isSystemError(cause)) throw cause
      await drop(hash).catch(() => {}) // a cache that cannot be written is a nuisance: the store has it
    }
  }

  return {
    async get(hash) {
      const size = sizes.get(hash)
      if (size !== undefined) {
        sizes.delete(hash)
        sizes.set(hash, size)
        const bytes = await readFile(pathOf(hash)).catch((cause: unknown) => {
          if (isSystemError(cause)) return undefined // another worker of this machine made room
          throw cause
        })
        if (bytes !== undefined && sha256(bytes) === hash) {
          traffic.found += bytes.length
          return bytes
        }
        await drop(hash)
      }
      const bytes = await getBlob(store, hash)
      if (bytes === undefined)
        throw new InputError(store.place, `the store has no content ${hash}, or a damaged one: submit again`)
      traffic.fetched += bytes.length
      await keep(hash, bytes)
      return bytes
    },
    traffic,
  }
}

async function sizesIn(folder: string): Promise<Map<string, number>> {
  const found: { hash: string; bytes: number; usedMs: number }[] = []
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    if (isSystemError(cause) && cause.code === 'ENOENT') return []
    throw cause
  })
  for (const name of names) {
    const hash = name.split(/[\\/]/).at(-1) ?? ''
    if (!/^[0-9a-f]{64}$/.test(hash)) continue
    const file = await stat(join(folder, name)).catch(() => undefined) // gone: another worker made room
    if (file !== undefined) found.push({ hash, bytes: file.size, usedMs: file.mtimeMs })
  }
  found.sort((a, b) => a.usedMs - b.usedMs || (a.hash < b.hash ? -1 : 1))
  return new Map(found.map(({ hash, bytes }) => [hash, bytes]))
}
