import { describe, expect, it } from 'vitest'
import type { ImageFeatures } from '../../src/backbone/backbone.ts'
import { openFeatureMemory } from '../../src/backbone/feature-memory.ts'
import { fitFrame } from '../../src/image/frame.ts'

const frame = fitFrame({ width: 4, height: 4 }, { width: 4, height: 4 }, 'pad')

/** 8 values, so 16 bytes. */
const featuresOf = (value: number): ImageFeatures => ({
  frame,
  maps: [{ stage: 'a', channels: 2, rows: 2, cols: 2, data: new Float32Array(8).fill(value) }],
})

describe('a memory of features', () => {
  it('gives back what it was given, in arrays that are nobody else’s', () => {
    const memory = openFeatureMemory(100)
    const given = featuresOf(1.5)
    memory.keep('a', given)
    const found = memory.find('a')
    expect(found).toEqual(given)
    found!.maps[0]!.data.fill(7)
    given.maps[0]!.data.fill(8)
    expect(memory.find('a')).toEqual(featuresOf(1.5))
    expect(memory.find('b')).toBeUndefined()
  })

  it('keeps what there is room for, and what was there first', () => {
    const memory = openFeatureMemory(3 * 16 + 15)
    for (const [i, key] of ['a', 'a', 'b', 'c', 'd'].entries()) memory.keep(key, featuresOf(i))
    expect(['a', 'b', 'c', 'd'].map((key) => memory.find(key))).toEqual([
      featuresOf(0),
      featuresOf(2),
      featuresOf(3),
      undefined,
    ])
  })
})
