import { describe, expect, it } from 'vitest'
import { decideMerge, mergeTest } from '../../src/evaluate/merge-test.ts'
import { createRandom } from '../../src/math/random.ts'

/** `units` units of `images` rows each, sharing most of their variance, about `mean`. */
function rows(units: number, images: number, mean: number, name: string, seed: number) {
  const random = createRandom(seed, name)
  const embeddings: Float32Array[] = []
  const ids: string[] = []
  for (let u = 0; u < units; u++) {
    const centre = [random.normal(), random.normal(), random.normal()]
    for (let i = 0; i < images; i++) {
      embeddings.push(Float32Array.from(centre, (c) => mean + c + 0.3 * random.normal()))
      ids.push(`${name}${u}`)
    }
  }
  return { embeddings, ids }
}

function run(
  mean: number,
  seed: number,
  options: { images?: number; asImages?: boolean; maxImages?: number } = {},
) {
  const { images = 4, asImages = false, ...rest } = options
  const train = rows(25, images, 0, 'train', seed)
  const test = rows(15, images, mean, 'test', seed)
  const ids = (set: { ids: string[] }) => (asImages ? set.ids.map((id, i) => `${id}/${i}`) : set.ids)
  return mergeTest({
    trainEmbeddings: train.embeddings,
    testEmbeddings: test.embeddings,
    trainUnits: ids(train),
    testUnits: ids(test),
    random: createRandom(seed),
    permutations: 99,
    ...rest,
  })!
}

describe('mergeTest', () => {
  it('holds its level when units are permuted whole, and not when images are', () => {
    const seeds = Array.from({ length: 100 }, (_, seed) => seed)
    const rejected = (asImages: boolean) =>
      seeds.filter((seed) => run(0, seed, { asImages }).pValue < 0.05).length
    expect(rejected(false)).toBeLessThanOrEqual(11)
    expect(rejected(true)).toBeGreaterThan(30)
  })
  it('sees a shift, and says how large it is', () => {
    const shifted = run(2, 1)
    expect(shifted.pValue).toBe(0.01)
    expect(shifted.effect).toBeGreaterThan(run(0.5, 1).effect)
    expect(shifted.effect).toBeLessThanOrEqual(1)
  })
  it('equals the definition of the energy coefficient', () => {
    const a = [
      [0, 0],
      [1, 0],
      [0, 2],
    ]
    const b = [
      [3, 1],
      [2, 2],
    ]
    const mean = (x: number[][], y: number[][]) =>
      x.flatMap((p) => y.map((q) => Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!))).reduce((s, d) => s + d, 0) /
      (x.length * y.length)
    const result = mergeTest({
      trainEmbeddings: a.map((p) => Float32Array.from(p)),
      testEmbeddings: b.map((p) => Float32Array.from(p)),
      trainUnits: ['1', '2', '3'],
      testUnits: ['4', '5'],
      random: createRandom(0),
    })!
    expect(result.effect).toBeCloseTo((2 * mean(a, b) - mean(a, a) - mean(b, b)) / (2 * mean(a, b)), 10)
  })
  it('keeps within the cap by drawing whole units', () => {
    const capped = run(2, 1, { maxImages: 80 })
    expect(capped.images.train + capped.images.test).toBeLessThanOrEqual(80)
    expect(capped.images.train % 4).toBe(0)
    expect(capped.pValue).toBeLessThan(0.05)
  })
  it('leaves out test images of units that also train', () => {
    const { embeddings, ids } = rows(10, 2, 0, 'u', 1)
    const input = {
      trainEmbeddings: embeddings,
      trainUnits: ids,
      testEmbeddings: embeddings,
      random: createRandom(0),
    }
    expect(mergeTest({ ...input, testUnits: ids })).toBeNull()
  })
})

describe('decideMerge', () => {
  const result = run(2, 1)
  it('merges unless the sets differ, and can be told', () => {
    expect(decideMerge('auto', null)).toMatchObject({ merged: true, pValue: null })
    expect(decideMerge('auto', result)).toMatchObject({ merged: false, pValue: 0.01 })
    expect(decideMerge('auto', { ...result, pValue: 0.05 }).merged).toBe(true)
    expect(decideMerge('always', result)).toMatchObject({ merged: true, pValue: 0.01 })
    expect(decideMerge('never', { ...result, pValue: 0.9 }).merged).toBe(false)
  })
})
