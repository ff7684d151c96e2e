import { describe, expect, it } from 'vitest'
import { createReservoir } from '../../../src/detector/patches/reservoir.ts'
import { createRandom } from '../../../src/math/random.ts'

const rowsOf = (from: number, count: number): Float32Array =>
  Float32Array.from({ length: 2 * count }, (_, i) => from + (i >> 1))

describe('createReservoir', () => {
  it('keeps everything while there is room, in order', () => {
    const reservoir = createReservoir(2, 10, createRandom(0))
    reservoir.add(rowsOf(0, 3))
    reservoir.add(rowsOf(3, 4))
    expect([...reservoir.sample()]).toEqual([...rowsOf(0, 7)])
    expect(reservoir.seen).toBe(7)
  })

  it('takes every row of the stream equally often', () => {
    const [stream, capacity, runs] = [60, 12, 4000]
    const taken = new Float64Array(stream)
    for (let run = 0; run < runs; run++) {
      const reservoir = createReservoir(2, capacity, createRandom(run, 'reservoir'))
      for (let i = 0; i < stream; i += 5) reservoir.add(rowsOf(i, 5))
      const sample = reservoir.sample()
      expect(sample.length).toBe(2 * capacity)
      for (let i = 0; i < sample.length; i += 2) {
        expect(sample[i + 1]).toBe(sample[i]) // rows stay whole
        taken[sample[i]!]! += 1
      }
    }
    const expected = (runs * capacity) / stream
    const chiSquare =
      taken.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0) / (1 - capacity / stream)
    expect(chiSquare).toBeLessThan(105) // 59 degrees of freedom, p = 0.0002
  })

  it('is the same however the stream is cut', () => {
    const whole = createReservoir(2, 8, createRandom(4))
    whole.add(rowsOf(0, 100))
    const pieces = createReservoir(2, 8, createRandom(4))
    for (let i = 0; i < 100; i++) pieces.add(rowsOf(i, 1))
    expect([...pieces.sample()]).toEqual([...whole.sample()])
  })
})
