import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InputError, UsageError } from '../../../src/errors.ts'
import { claimFolder } from '../../../src/run/folder/claim-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-claim-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('claimFolder', () => {
  it('makes a new folder, parents included, and marks it', async () => {
    const out = join(folder, 'a/b')
    await claimFolder(out, 'run')
    expect(await readFile(join(out, '.plumbline'), 'utf8')).toBe('run\n')
  })

  it('takes an empty folder, and its own again, with whatever lies in it', async () => {
    await claimFolder(folder, 'run')
    await writeFile(join(folder, 'notes.txt'), 'mine')
    await claimFolder(folder, 'run')
    expect((await readdir(folder)).sort()).toEqual(['.plumbline', 'notes.txt'])
  })

  it('refuses other files, naming some, and leaves them', async () => {
    for (const name of ['d', 'c', 'b', 'a']) await writeFile(join(folder, name), name)
    const claim = claimFolder(folder, 'run')
    await expect(claim).rejects.toThrow(UsageError)
    await expect(claim).rejects.toThrow('did not write (a, b, c, ...)')
    expect((await readdir(folder)).sort()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('refuses a folder of another kind', async () => {
    await claimFolder(folder, 'model')
    await expect(claimFolder(folder, 'run')).rejects.toThrow(`${folder} already holds a model, not a run`)
  })

  it('says why a folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(claimFolder(join(folder, 'file'), 'run')).rejects.toThrow(
      'it is a file, a folder was expected',
    )
    await expect(claimFolder(join(folder, 'file/below'), 'run')).rejects.toThrow(InputError)
    await expect(claimFolder('/proc/plumbline', 'run')).rejects.toThrow(InputError) // cannot be written, even by root
  })
})
