import { describe, expect, it } from 'vitest'
import type { FeatureMap, ImageFeatures } from '../../../src/backbone/backbone.ts'
import { embedPatches } from '../../../src/detector/patches/embed-patches.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import { createRandom } from '../../../src/math/random.ts'
import fc from '../../fast-check.ts'

const size = { width: 64, height: 64 }
const square = fitFrame(size, size, 'pad')

function mapOf(
  cells: number,
  channels: number,
  value: (c: number, y: number, x: number) => number,
): FeatureMap {
  const data = new Float32Array(channels * cells * cells)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < cells; y++)
      for (let x = 0; x < cells; x++) data[(c * cells + y) * cells + x] = value(c, y, x)
  return { stage: `s${cells}`, channels, rows: cells, cols: cells, data }
}
const options = { stages: ['a'], stride: 8, neighbourhood: 1, unitLength: false }
const at = (grid: ReturnType<typeof embedPatches>, y: number, x: number): number[] => [
  ...grid.data.subarray((y * grid.range.cols + x) * grid.dims, (y * grid.range.cols + x + 1) * grid.dims),
]

describe('embedPatches', () => {
  it('lays the channels of a cell side by side, stage after stage', () => {
    const maps = [mapOf(8, 2, (c, y, x) => 100 * c + 10 * y + x), mapOf(8, 1, (_, y, x) => -y - x)]
    const grid = embedPatches({ maps, frame: square }, options)
    expect(grid.dims).toBe(3)
    expect(grid.grid).toEqual({ rows: 8, cols: 8 })
    expect(at(grid, 3, 5)).toEqual([35, 135, -8])
  })

  it('averages the neighbourhood as far as it lies in the picture', () => {
    const maps = [mapOf(8, 1, (_, y, x) => (y === 0 && x === 0 ? 36 : 0))]
    const grid = embedPatches({ maps, frame: square }, { ...options, neighbourhood: 3 })
    expect(at(grid, 0, 0)).toEqual([9]) // of 4 cells
    expect(at(grid, 0, 1)).toEqual([6]) // of 6
    expect(at(grid, 1, 1)).toEqual([4]) // of 9
    expect(at(grid, 2, 2)).toEqual([0])
  })

  it('takes area means of a finer stage', () => {
    const maps = [mapOf(16, 1, (_, y, x) => 16 * y + x)]
    const grid = embedPatches({ maps, frame: square }, options)
    expect(at(grid, 1, 2)).toEqual([(36 + 37 + 52 + 53) / 4])
  })

  it('interpolates a coarser stage linearly', () => {
    const maps = [mapOf(4, 1, (_, _y, x) => x)]
    const grid = embedPatches({ maps, frame: square }, options)
    expect([0, 1, 2, 3, 4, 7].map((x) => at(grid, 4, x)[0])).toEqual([0, 0.25, 0.75, 1.25, 1.75, 3])
  })

  it('keeps to the picture: what stands in the padding does not matter', () => {
    const frame = fitFrame({ width: 64, height: 32 }, size, 'pad')
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(4, 8, 16),
        fc.constantFrom(1, 3, 5),
        (seed, cells, neighbourhood) => {
          const random = createRandom(seed)
          const map = mapOf(cells, 2, () => random.normal())
          const pitch = 64 / cells
          const isPadding = (y: number) => (y + 0.5) * pitch < 16 || (y + 0.5) * pitch >= 48
          const other = mapOf(cells, 2, (c, y, x) =>
            isPadding(y) ? 1e6 : map.data[(c * cells + y) * cells + x]!,
          )
          const embed = (each: FeatureMap) =>
            embedPatches({ maps: [each], frame }, { ...options, neighbourhood, unitLength: true })
          expect(embed(map).range).toEqual({ row: 2, col: 0, rows: 4, cols: 8 })
          expect(embed(other).data).toEqual(embed(map).data)
        },
      ),
    )
  })

  it('brings each stage to length 1, and leaves zeros alone', () => {
    const maps = [mapOf(8, 2, (c) => (c === 0 ? 3 : 4)), mapOf(8, 3, () => 0)]
    const grid = embedPatches({ maps, frame: square }, { ...options, unitLength: true })
    expect(at(grid, 0, 0).map((value) => Number(value.toFixed(6)))).toEqual([0.6, 0.8, 0, 0, 0])
  })

  it('gives weights that sum to one, whatever the extents', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 90 }),
        (cells, stride, width, height) => {
          const features: ImageFeatures = {
            maps: [mapOf(cells, 1, () => 7)],
            frame: fitFrame({ width, height }, size, 'pad'),
          }
          const grid = embedPatches(features, { ...options, stride, neighbourhood: 3 })
          expect(grid.data.length).toBe(grid.range.rows * grid.range.cols)
          for (const value of grid.data) expect(value).toBeCloseTo(7, 4)
        },
      ),
    )
  })
})
