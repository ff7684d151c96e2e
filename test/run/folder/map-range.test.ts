/** The one colour scale of a run: from the median of nominal pixels to the 99.9 % quantile of all. */
import { describe, expect, it } from 'vitest'
import { fitFrame } from '../../../src/image/frame.ts'
import { createRandom } from '../../../src/math/random.ts'
import { createRangeSampler } from '../../../src/run/folder/map-range.ts'

const side = 50
const size = { width: side, height: side }
const frame = fitFrame(size, size, 'pad')
/** 0, 1, 2 ... 2499 in no order, plus `offset`. */
const ramp = (offset = 0) => ({
  ...size,
  data: createRandom(1).shuffleInPlace(Float32Array.from({ length: side * side }, (_, i) => i + offset)),
})

describe('createRangeSampler', () => {
  it('ends at the value that one pixel in a thousand exceeds', () => {
    const sampler = createRangeSampler()
    sampler.add(ramp(), frame, true)
    sampler.add(ramp(2500), frame, false)
    const { high } = sampler.range()
    // 5000 pixels 0..4999: five exceed 4994.
    expect(Math.abs(high - 4994.5)).toBeLessThanOrEqual(1)
  })

  it('begins at the median of nominal pixels, whatever the anomalous ones are', () => {
    const sampler = createRangeSampler()
    sampler.add(ramp(), frame, true)
    for (let i = 0; i < 3; i++) sampler.add(ramp(100_000), frame, false)
    expect(Math.abs(sampler.range().low - 1249.5)).toBeLessThanOrEqual(1)
  })

  it('takes the median of all where nothing is nominal', () => {
    const sampler = createRangeSampler()
    sampler.add(ramp(), frame, false)
    expect(Math.abs(sampler.range().low - 1249.5)).toBeLessThanOrEqual(1)
  })

  it('does not count the padding, nor what is not a number', () => {
    const padded = fitFrame({ width: 10, height: 20 }, { width: 20, height: 20 }, 'pad')
    const data = new Float32Array(400).fill(1e6)
    for (let y = 0; y < 20; y++) for (let x = 5; x < 15; x++) data[20 * y + x] = x < 10 ? 1 : 3
    data[5] = Number.NaN
    data[6] = Number.POSITIVE_INFINITY
    const sampler = createRangeSampler()
    sampler.add({ width: 20, height: 20, data }, padded, true)
    expect(sampler.range()).toEqual({ low: 3, high: 4 })
  })

  it('has a width even where every pixel is alike, or there is none', () => {
    const flat = createRangeSampler()
    flat.add({ ...size, data: new Float32Array(side * side).fill(7) }, frame, true)
    expect(flat.range()).toEqual({ low: 7, high: 8 })
    expect(createRangeSampler().range()).toEqual({ low: 0, high: 1 })
  })
})
