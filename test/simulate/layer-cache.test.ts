import { describe, expect, it } from 'vitest'
import { exposeObject } from '../../src/simulate/forged-objects.ts'
import { createLayerCache, layerKey, shareLayers } from '../../src/simulate/layer-cache.ts'
import { createRenderPool } from '../../src/simulate/render-pool.ts'
import { planned, withScene } from './specs.ts'

const { spec } = planned({ object: 'weave', parts: 1, defectiveParts: 0, width: 48, height: 48 })[0]!
const layers = exposeObject(spec)
/** 48 x 48 pixels: light 12 bytes, behind 4, three of one byte. */
const bytes = 48 * 48 * 19

describe('createLayerCache', () => {
  it('keeps what was used last within its bytes', () => {
    const cache = createLayerCache(2 * bytes)
    cache.add('a', layers)
    cache.add('b', layers)
    expect(cache.find('a')).toBe(layers)
    cache.add('c', layers)
    expect(['a', 'b', 'c'].map((key) => cache.find(key) !== undefined)).toEqual([true, false, true])
  })

  it('keeps nothing that is larger than it', () => {
    const cache = createLayerCache(bytes - 1)
    cache.add('a', layers)
    expect(cache.find('a')).toBeUndefined()
  })
})

describe('layerKey', () => {
  it('differs by what layers depend on, and by nothing else', () => {
    const key = layerKey(spec)
    const same = withScene(spec, { exposure: 2, dye: [2, 1, 1], blur: 3, noise: 4, glare: 0.1, seed: 5 })
    expect(layerKey({ ...same, leastDefectPixels: 1 })).toBe(key)
    expect(exposeObject(same)).toEqual(layers)
    const others = [
      { ...spec, size: { width: 48, height: 49 } },
      { ...spec, part: { ...spec.part, seed: 1 } },
      { ...spec, view: { ...spec.view, turn: 1 } },
      withScene(spec, { background: 'plain' }),
      withScene(spec, { flash: [1, 2] }),
    ]
    for (const other of others) expect(layerKey(other)).not.toBe(key)
  })
})

describe('shareLayers', () => {
  it('copies every array into memory that threads share', () => {
    const shared = shareLayers(layers)
    expect(shared).toEqual(layers)
    for (const array of [shared.light, shared.coverage, shared.behind, shared.defect, shared.foreground]) {
      expect(array.buffer).toBeInstanceOf(SharedArrayBuffer)
    }
  })
})

describe('createRenderPool', () => {
  it('gives the same pictures from its cache', async () => {
    const pool = createRenderPool(0, 4 * bytes)
    const dark = withScene(spec, { exposure: 0.5 })
    const [first, again, other] = [await pool.render(spec), await pool.render(spec), await pool.render(dark)]
    await pool.close()
    expect(again).toEqual(first)
    const plain = createRenderPool(0)
    expect(await plain.render(dark)).toEqual(other)
    await plain.close()
  })
})
