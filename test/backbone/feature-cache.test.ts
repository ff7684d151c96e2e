import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImageFeatures } from '../../src/backbone/backbone.ts'
import { defaultCacheBytes, openFeatureCache, roundFeatures } from '../../src/backbone/feature-cache.ts'
import { createRandom } from '../../src/math/random.ts'
import { quietTask, type Task } from '../../src/task.ts'
import fc from '../fast-check.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-cache-'))
})
afterEach(() => rm(folder, { recursive: true }))

const keyOf = (n: number): string => n.toString(16).padStart(64, '0')
const pathOf = (key: string): string => join(folder, key.slice(0, 2), `${key}.features`)

function makeFeatures(
  seed: number,
  shapes: readonly (readonly [number, number, number])[] = [[3, 4, 5]],
): ImageFeatures {
  const random = createRandom(seed)
  const size = { width: 32, height: 24 }
  const maps = shapes.map(([channels, rows, cols], i) => ({
    stage: `stage ${i}`,
    channels,
    rows,
    cols,
    data: Float32Array.from({ length: channels * rows * cols }, () => 4 * random.normal()),
  }))
  return roundFeatures({
    maps,
    frame: { source: size, size, visible: { x: 0, y: 0, ...size }, content: { x: 0, y: 0, ...size } },
  })
}

function listen(): Task & { notes: string[] } {
  const notes: string[] = []
  return { ...quietTask, notes, note: (message) => notes.push(message) }
}

describe('feature cache', () => {
  it('gives back what was stored, bit for bit, in another process too', async () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(shape, { maxLength: 3 }), async (seed, shapes) => {
        const features = makeFeatures(seed, shapes)
        await openFeatureCache(folder).store(keyOf(seed), features, quietTask)
        expect(await openFeatureCache(folder).find(keyOf(seed))).toEqual(features)
      }),
      { numRuns: 30 },
    )
  })

  it('rounds to float16 once: a second rounding changes nothing', () => {
    const features = makeFeatures(1)
    const before = features.maps[0]!.data.slice()
    expect(roundFeatures(features).maps[0]!.data).toEqual(before)
  })

  it('misses what it does not have, and makes no folder for it', async () => {
    expect(await openFeatureCache(join(folder, 'none')).find(keyOf(1))).toBeUndefined()
    expect(await readdir(folder)).toEqual([])
  })

  it('misses an entry with any damage, or of another key, and replaces it', async () => {
    const cache = openFeatureCache(folder)
    const features = makeFeatures(7)
    const key = keyOf(7)
    await cache.store(key, features, quietTask)
    const good = await readFile(pathOf(key))
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bad = Buffer.from(good)
        bad[at]! ^= flip
        await writeFile(pathOf(key), bad)
        expect(await cache.find(key)).toBeUndefined()
      }),
      { numRuns: 60 },
    )
    for (const bad of [
      good.subarray(0, good.length - 1),
      good.subarray(0, 11),
      Buffer.alloc(0),
      Buffer.from('foreign'),
    ]) {
      await writeFile(pathOf(key), bad)
      expect(await cache.find(key)).toBeUndefined()
    }
    await cache.store(key, features, quietTask)
    expect(await cache.find(key)).toEqual(features)

    await cache.store(keyOf(8), makeFeatures(8), quietTask)
    await writeFile(pathOf(keyOf(8)), good)
    expect(await cache.find(keyOf(8))).toBeUndefined()
  })

  it('goes on without a cache it cannot write, with one note', async () => {
    const blocked = join(folder, 'file')
    await writeFile(blocked, '')
    const cache = openFeatureCache(blocked)
    const task = listen()
    await Promise.all([1, 2, 3].map((n) => cache.store(keyOf(n), makeFeatures(n), task)))
    expect(task.notes).toHaveLength(1)
    expect(task.notes[0]).toMatch(/feature cache: .*cannot be written/)
    expect(await cache.find(keyOf(1))).toBeUndefined()
  })

  it('reads a cache that is read-only', async () => {
    await openFeatureCache(folder).store(keyOf(1), makeFeatures(1), quietTask)
    await utimes(pathOf(keyOf(1)), 1000, 1000)
    await chmod(join(folder, '00'), 0o555)
    expect(await openFeatureCache(folder).find(keyOf(1))).toEqual(makeFeatures(1))
    await chmod(join(folder, '00'), 0o755)
  })

  it('drops the least recently used entries, never one that this run used', async () => {
    const earlier = openFeatureCache(folder)
    for (const n of [1, 2, 3, 4]) {
      await earlier.store(keyOf(n), makeFeatures(n), quietTask)
      await utimes(pathOf(keyOf(n)), 1000 * n, 1000 * n)
    }
    const { size } = await stat(pathOf(keyOf(1)))
    const cache = openFeatureCache(folder, { maxBytes: 4.5 * size })
    expect(await cache.find(keyOf(1))).toBeDefined() // the oldest, but in use now
    await cache.store(keyOf(5), makeFeatures(5), quietTask)
    const left = await Promise.all(
      [1, 2, 3, 4, 5].map(async (n) => (await cache.find(keyOf(n))) !== undefined),
    )
    expect(left).toEqual([true, false, true, true, true])
  })

  it('counts a hit as use', async () => {
    const earlier = openFeatureCache(folder)
    await earlier.store(keyOf(1), makeFeatures(1), quietTask)
    await utimes(pathOf(keyOf(1)), 1000, 1000)
    await openFeatureCache(folder).find(keyOf(1))
    expect((await stat(pathOf(keyOf(1)))).mtimeMs).toBeGreaterThan(1e12)
  })

  it('stops storing when all of a full cache is in use', async () => {
    const bytes = 2.5 * (await sizeOfOne())
    const cache = openFeatureCache(folder, { maxBytes: bytes })
    const task = listen()
    for (const n of [1, 2, 3, 4]) await cache.store(keyOf(n), makeFeatures(n), task)
    expect(task.notes).toEqual([expect.stringContaining('is full')])
    expect(await cache.find(keyOf(2))).toBeDefined()
    expect(await cache.find(keyOf(3))).toBeUndefined()
  })

  it('drops nothing of a shared folder that another used of late, and counts what others write', async () => {
    const one = await sizeOfOne()
    const size = { maxBytes: 4.5 * one, isShared: true }
    await utimes(pathOf(keyOf(1)), 1000, 1000) // nobody's for long
    const [a, b] = [openFeatureCache(folder, size), openFeatureCache(folder, size)]
    const task = listen()
    for (const n of [2, 4, 6]) await a.store(keyOf(n), makeFeatures(n), task)
    for (const n of [3, 5, 7]) await b.store(keyOf(n), makeFeatures(n), task)
    for (const n of [8, 9]) await a.store(keyOf(n), makeFeatures(n), task)
    const kept = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => a.find(keyOf(n))))
    expect(kept.map((found) => found !== undefined)).toEqual([
      ...[false, true, true, true, false, true],
      ...[false, false, false],
    ])
    expect(task.notes).toHaveLength(2)
  })

  it('removes what a writer that died left long ago', async () => {
    const cache = openFeatureCache(folder)
    await cache.store(keyOf(1), makeFeatures(1), quietTask)
    const old = `${pathOf(keyOf(2))}.1-1.partial`
    const recent = `${pathOf(keyOf(2))}.1-2.partial`
    await writeFile(old, 'x')
    await writeFile(recent, 'x')
    await utimes(old, 1000, 1000)
    await openFeatureCache(folder).store(keyOf(3), makeFeatures(3), quietTask)
    const names = await readdir(join(folder, '00'))
    expect(names).not.toContain(old.split('/').at(-1))
    expect(names).toContain(recent.split('/').at(-1))
  })

  it('takes its limit from the environment', () => {
    expect(defaultCacheBytes({})).toBe(20e9)
    expect(defaultCacheBytes({ PLUMBLINE_CACHE_BYTES: '1000' })).toBe(1000)
    expect(() => defaultCacheBytes({ PLUMBLINE_CACHE_BYTES: 'many' })).toThrow(
      /PLUMBLINE_CACHE_BYTES.*got many/,
    )
  })
})

async function sizeOfOne(): Promise<number> {
  await openFeatureCache(folder).store(keyOf(1), makeFeatures(1), quietTask)
  return (await stat(pathOf(keyOf(1)))).size
}
