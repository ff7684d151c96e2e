import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { replaceAtomic, replaceTogether, writeFileAtomic, writeInto } from '../../src/files/atomic.ts'
import { createWorkerPool } from '../../src/threads/worker-pool.ts'

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'plumbline-atomic-'))

describe('writeFileAtomic', () => {
  it('makes folders, replaces what was there and leaves no temporary file', async () => {
    const root = await folder()
    const path = join(root, 'a', 'b.txt')
    await writeFileAtomic(path, 'one')
    await writeFileAtomic(path, 'two')
    expect(await readFile(path, 'utf8')).toBe('two')
    expect(await readdir(join(root, 'a'))).toEqual(['b.txt'])
  })

  it('keeps the old file whole when writing fails, and says why', async () => {
    const root = await folder()
    const path = join(root, 'kept.txt')
    await writeFile(path, 'old')
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    const failing = replaceAtomic(path, async (temporary) => {
      await writeFile(temporary, 'half')
      throw full
    })
    await expect(failing).rejects.toThrow(InputError)
    await expect(failing).rejects.toThrow(`${path}: cannot be written: the disk is full`)
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(root)).toEqual(['kept.txt'])
  })

  it('names the path when a file stands where a folder should', async () => {
    const root = await folder()
    await writeFile(join(root, 'file'), '')
    await expect(writeFileAtomic(join(root, 'file', 'x'), '')).rejects.toThrow(join(root, 'file', 'x'))
  })
})

describe('replaceTogether', () => {
  it('lets no file take its place before all are written', async () => {
    const root = await folder()
    await writeFile(join(root, 'a.txt'), 'old')
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    const failing = replaceTogether(async (put) => {
      await put(join(root, 'a.txt'), writeInto('new'))
      await put(join(root, 'b.txt'), () => Promise.reject(full))
    })
    await expect(failing).rejects.toThrow(`${join(root, 'b.txt')}: cannot be written: the disk is full`)
    expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('old')
    expect(await readdir(root)).toEqual(['a.txt'])
    await replaceTogether(async (put) => {
      await put(join(root, 'a.txt'), writeInto('new'))
      await put(join(root, 'b.txt'), writeInto('more'))
    })
    expect(await readdir(root)).toEqual(['a.txt', 'b.txt'])
    expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('new')
  })
})

it('gives threads of one process different temporary names for one path', async () => {
  const pools = [0, 1].map(() => createWorkerPool<string, string>(import.meta.url, 'name-worker', 1))
  const names = await Promise.all(pools.map((pool) => pool.run('result.json')))
  expect(new Set(names).size).toBe(2)
  await Promise.all(pools.map((pool) => pool.close()))
})
