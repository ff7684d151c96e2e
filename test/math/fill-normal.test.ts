import { describe, expect, it } from 'vitest'
import { normalCdf } from '../../src/math/distributions.ts'
import { fillNormal } from '../../src/math/fill-normal.ts'
import { createRandom } from '../../src/math/random.ts'

const drawn = (count: number, deviation: number, seed: number): Float32Array => {
  const data = new Float32Array(count)
  fillNormal(data, deviation, createRandom(seed))
  return data
}

describe('fillNormal', () => {
  it('draws the normal distribution, tails included', () => {
    const count = 400_000
    const sorted = drawn(count, 2, 0).sort()
    // Kolmogorov-Smirnov: above 1.95 / sqrt(count) once in a thousand streams.
    let distance = 0
    sorted.forEach((x, i) => {
      const expected = normalCdf(x / 2)
      distance = Math.max(distance, Math.abs((i + 1) / count - expected), Math.abs(i / count - expected))
    })
    expect(distance).toBeLessThan(1.95 / Math.sqrt(count))
    // Beyond the ziggurat's tail lie 2 x 0.000288 of all: 230 of these, within four standard deviations.
    const beyond = sorted.filter((x) => Math.abs(x) > 2 * 3.442619855899).length
    expect(Math.abs(beyond - 230.4)).toBeLessThan(4 * Math.sqrt(230.4))
    expect(sorted[0]).toBeLessThan(-8)
    expect(sorted.at(-1)).toBeGreaterThan(8)
  })

  it('draws numbers that do not depend on each other', () => {
    const data = drawn(200_000, 1, 1)
    for (const lag of [1, 2, 3, 128]) {
      let sum = 0
      let squares = 0
      for (let i = lag; i < data.length; i++) {
        sum += data[i]! * data[i - lag]!
        squares += data[i]! ** 2 * data[i - lag]! ** 2
      }
      expect(Math.abs(sum) / Math.sqrt(squares)).toBeLessThan(4)
    }
  })

  it('follows from the stream alone', () => {
    expect(drawn(1000, 1, 7)).toEqual(drawn(1000, 1, 7))
    expect(drawn(1000, 1, 7)).not.toEqual(drawn(1000, 1, 8))
    expect(drawn(0, 1, 7)).toEqual(new Float32Array(0))
  })
})
