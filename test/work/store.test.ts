/** The shared folder, and what a machine keeps of it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { InputError, UsageError } from '../../src/errors.ts'
import { openBlobCache } from '../../src/work/blob-cache.ts'
import { openFolderStore } from '../../src/work/folder-store.ts'
import { processorClass } from '../../src/work/making.ts'
import { problemOfUrl, withoutPassword } from '../../src/work/queue-url.ts'
import { blobKey, getBlob, putBlob, type Store } from '../../src/work/store.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

let folder = ''
let store: Store
const bytes = (text: string) => new TextEncoder().encode(text)

beforeEach(async () => {
  folder = join(temporaryFolder(), 'store')
  store = await openFolderStore(folder)
})

describe('a store in a folder', () => {
  it('keeps contents whole, by their hash, and leaves nothing half written', async () => {
    const hash = await putBlob(store, bytes('one'))
    await Promise.all(Array.from({ length: 20 }, () => putBlob(store, bytes('many'))))
    expect(await getBlob(store, hash)).toEqual(Buffer.from('one'))
    expect(await getBlob(store, '0'.repeat(64))).toBeUndefined()
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    expect(names.filter((name) => name.endsWith('.partial'))).toEqual([])
    const keys: string[] = []
    for await (const key of store.list('blobs/')) keys.push(key)
    expect(keys).toHaveLength(2)
  })

  it('takes a damaged content for none', async () => {
    const hash = await putBlob(store, bytes('one'))
    writeFileSync(join(folder, blobKey(hash)), 'two')
    expect(await getBlob(store, hash)).toBeUndefined()
  })

  it.each(['../outside', 'blobs/../../x', '/etc/passwd', 'blobs', 'a/b/c/d/e', 'blobs/.hidden'])(
    'has no key %s',
    async (key) => {
      await expect(store.put(key, bytes('x'))).rejects.toThrow(RangeError)
    },
  )

  it('is not made of somebody’s folder', async () => {
    const other = temporaryFolder()
    writeFileSync(join(other, 'mine.txt'), '')
    await expect(openFolderStore(other)).rejects.toThrow(UsageError)
    await openFolderStore(folder) // its own is found again
  })

  it('names the file that cannot be written', async () => {
    writeFileSync(join(folder, 'blobs'), '') // a file where a folder must be: for root, too
    const error = await putBlob(store, bytes('one')).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InputError)
    expect(String(error)).toContain(`${folder}/blobs`)
    expect(String(error)).toContain('cannot be written to the store')
  })
})

describe('contents kept on a machine', () => {
  it('stay below the limit, those used last longest', async () => {
    const own = join(temporaryFolder(), 'own')
    const [a, b, c] = await Promise.all(
      ['a', 'b', 'c'].map((letter) => putBlob(store, bytes(letter.repeat(100)))),
    )
    const cache = await openBlobCache(own, store, 250)
    for (const hash of [a!, b!, a!, c!]) await cache.get(hash) // b was used longest ago
    const kept = () =>
      readdirSync(own, { recursive: true, encoding: 'utf8' }).filter((name) => name.length > 60)
    expect(
      kept()
        .map((name) => name.slice(3))
        .sort(),
    ).toEqual([a!, c!].sort())
    expect(cache.traffic).toMatchObject({ fetched: 300, found: 100 })
    const again = await openBlobCache(own, store, 250)
    await again.get(a!)
    expect(again.traffic).toMatchObject({ fetched: 0, found: 100 })
  })

  it('are fetched again when damaged, and missed with words when the store has none', async () => {
    const own = join(temporaryFolder(), 'own')
    const hash = await putBlob(store, bytes('one'))
    const cache = await openBlobCache(own, store, 1000)
    await cache.get(hash)
    writeFileSync(join(own, hash.slice(0, 2), hash), 'two')
    expect(Buffer.from(await cache.get(hash)).toString()).toBe('one')
    rmSync(own, { recursive: true })
    mkdirSync(own)
    rmSync(join(folder, blobKey(hash)))
    await expect(cache.get(hash)).rejects.toThrow(/the store has no content/)
  })
})

describe('words about places', () => {
  it('leave the password out', () => {
    expect(withoutPassword('postgres://me:secret@host/db')).toBe('postgres://me@host/db')
    expect(withoutPassword('redis://:secret@host:1')).toBe('redis://host:1')
    expect(withoutPassword('--queue=redis://:secret@host')).toBe('--queue=redis://host')
    expect(withoutPassword('redis://host:6379')).toBe('redis://host:6379')
  })

  it('take the servers there are', () => {
    for (const url of ['redis://h', 'rediss://u:p@h:1/2', 'valkey://h', 'postgresql://u@/db?host=/tmp/x'])
      expect(problemOfUrl(url)).toBeUndefined()
    expect(problemOfUrl('http://:secret@h')).not.toContain('secret')
  })

  it('tell processors by what kernels are chosen by', () => {
    const cpuinfo =
      'processor : 0\nflags\t\t: fpu vme avx2 avx sse4_2 fma avx512f\n\nprocessor : 1\nflags : fpu'
    expect(processorClass(cpuinfo)).toMatch(/^\w+ avx avx2 avx512f fma$/)
    expect(processorClass(readFileSync(new URL(import.meta.url), 'utf8'))).not.toBe('')
  })
})
