/** Folders that go, change or refuse while they are listed, and paths longer than the system takes. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { understandDataset } from '../../src/dataset/understood.ts'
import { InputError } from '../../src/errors.ts'
import { makeTree } from './temporary-tree.ts'

/** What listing a folder answers instead. */
const failing = vi.hoisted(() => new Map<string, string>())
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const readdir = (path: string, ...rest: unknown[]): Promise<unknown> => {
    const code = failing.get(path)
    if (code !== undefined)
      return Promise.reject(Object.assign(new Error(code), { code, errno: -1, syscall: 'scandir', path }))
    return (real.readdir as (...all: unknown[]) => Promise<unknown>)(path, ...rest)
  }
  return { ...real, readdir }
})
afterEach(() => failing.clear())

describe('a folder within a dataset', () => {
  const tree = ['good/1.png', 'good/2.png', 'dent/a/1.png', 'dent/b/2.png']

  it.each(['ESTALE', 'EIO', 'ENOTCONN', 'ETIMEDOUT', 'EHOSTDOWN'])(
    'on a share that has gone (%s) ends all of it: the rest would be missing without a word',
    async (code) => {
      const root = makeTree(tree)
      failing.set(join(root, 'dent/b'), code)
      const opened = openDataset(root)
      await expect(opened).rejects.toBeInstanceOf(InputError)
      await expect(opened).rejects.toThrow(/dent\/b: the disk or share is gone/)
    },
  )

  it.each([
    ['EACCES', /permission denied/],
    ['ENOENT', /no such file or folder/], // removed since its parent was listed
  ])('that cannot be listed (%s) is an error of the dataset, and the rest is read', async (code, reason) => {
    const root = makeTree(tree)
    failing.set(join(root, 'dent/b'), code)
    const dataset = await openDataset(root)
    expect(dataset.samples.map(({ id }) => id)).toEqual(['dent/a/1.png', 'good/1.png', 'good/2.png'])
    expect(dataset.issues).toMatchObject([{ kind: 'unlisted-folder', severity: 'error' }])
    expect(dataset.issues[0]!.message).toMatch(reason)
    expect(understandDataset(dataset).leftOut).toMatchObject([
      { severity: 'error', count: 1, examples: ['dent/b'] },
    ])
  })
})

it('reads paths of nearly 4,096 characters, and reports what lies deeper', async () => {
  const root = makeTree(['good/1.png'])
  const link = 'd'.repeat(240)
  const chain = (links: number): string => Array(links).fill(link).join('/')
  const deep = join(root, 'good', chain(15))
  mkdirSync(deep, { recursive: true })
  writeFileSync(join(deep, '2.png'), '')
  const more = join(root, 'more')
  mkdirSync(join(more, chain(3)), { recursive: true })
  renameSync(more, join(deep, 'more')) // no path leads there in one call
  try {
    const { samples, issues } = await openDataset(root)
    expect(samples.map(({ id }) => id.length)).toEqual([10, 'good//2.png'.length + chain(15).length])
    expect(issues).toMatchObject([{ kind: 'unlisted-folder', severity: 'error' }])
    expect(issues[0]!.message).toMatch(/cannot be listed: .*too long/)
  } finally {
    renameSync(join(deep, 'more'), more)
  }
})
