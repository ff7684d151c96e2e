import { describe, expect, it } from 'vitest'
import { anomalydino } from '../../../src/detector/anomalydino/anomalydino.ts'
import { openCosineSearch, unitRows } from '../../../src/detector/anomalydino/cosine-search.ts'
import { firstProjection, foregroundOf, separates } from '../../../src/detector/anomalydino/foreground.ts'
import { maskDistances } from '../../../src/detector/anomalydino/masked-scorer.ts'
import { anomalydinoOptions } from '../../../src/detector/anomalydino/options.ts'
import { describeDetector } from '../battery.ts'

// One stage, as in the paper: the directions of the filter bank's coarsest one tell that there is a defect, and not where.
const options = { rotations: 1, stages: ['scale2'], stride: 8 }
describeDetector(anomalydino, anomalydinoOptions.parse({ ...options, mask: 'off' }))
describe('with the mask', () => {
  describeDetector(anomalydino, anomalydinoOptions.parse({ ...options, mask: 'on', maskThreshold: 0 }))
})

const grid = { rows: 12, cols: 12 }
const cells = 144

/** A projection of `high` in the square from 3 to 8 and of `low` around it. */
const square = (high: number, low: number) =>
  Float64Array.from({ length: cells }, (_, at) => {
    const [row, col] = [Math.floor(at / 12), at % 12]
    return row >= 3 && row < 9 && col >= 3 && col < 9 ? high : low
  })

describe('foregroundOf', () => {
  it('takes the sign in which the middle is the object', () => {
    const one = foregroundOf(square(20, -20), grid, 10, 'grid')
    expect([...foregroundOf(square(-20, 20), grid, 10, 'grid')]).toEqual([...one])
    expect(separates(one, grid)).toBe(true)
  })
  it('finds nothing where nothing projects far', () => {
    expect(foregroundOf(square(5, -5), grid, 10, 'grid').includes(1)).toBe(false)
  })
})

describe('separates', () => {
  it.each([
    ['everything', () => 1],
    ['nothing', () => 0],
    ['the left half', (at: number) => Number(at % 12 < 6)],
  ] as const)('is no object: %s', (_, inside) => {
    expect(
      separates(
        Uint8Array.from({ length: cells }, (_, at) => inside(at)),
        grid,
      ),
    ).toBe(false)
  })
})

describe('maskDistances', () => {
  const range = { row: 0, col: 0, ...grid }
  const distances = new Float32Array(cells).fill(0.5)
  const patches = (projection: Float64Array) => ({
    data: Float32Array.from([...projection].flatMap((value) => [value, 0])),
    dims: 2,
    range,
  })

  it('judges an image whole in which no object is found, as the paper does not', () => {
    const unclear = patches(square(1, 0))
    expect(maskDistances(distances, unclear, { mask: 'on', maskThreshold: 10 })).toBe(distances)
    const passed = maskDistances(distances, unclear, { mask: 'paper', maskThreshold: 10 })
    expect([...passed]).toEqual([...new Float32Array(cells)])
  })
  it('leaves the background out', () => {
    const masked = maskDistances(distances, patches(square(40, 0)), { mask: 'on', maskThreshold: 10 })
    expect([masked[0], masked[5 * 12 + 5]]).toEqual([0, 0.5])
  })
})

describe('firstProjection', () => {
  it('is zero where all patches are alike', () => {
    expect([...firstProjection(Float32Array.of(1, 2, 1, 2), 2)]).toEqual([0, 0])
  })
})

describe('openCosineSearch', () => {
  it('goes by direction alone, takes as many neighbours as there are, and survives a patch of zeros', async () => {
    const bank = unitRows(Float32Array.of(3, 0, 0, 5), 2)
    for (const [neighbours, expected] of [
      [1, [0, 1 - Math.SQRT1_2, 1]],
      [9, [0.5, 1 - Math.SQRT1_2, 1]],
    ] as const) {
      const search = await openCosineSearch(bank, 2, neighbours, { device: 'cpu', threads: 1 })
      const distances = await search.distances(Float32Array.of(7, 0, 2, 2, 0, 0))
      await search.close()
      for (const [i, want] of expected.entries()) expect(distances[i]).toBeCloseTo(want, 6)
    }
  })
})
