/** Regions of a map, in pixels of the photograph: known by hand for every way an image is brought to the model's size. */
import { describe, expect, it } from 'vitest'
import { fitFrame } from '../../src/image/frame.ts'
import type { Fit, Size } from '../../src/image/image.ts'
import { findRegions, peakOf, regionLevel } from '../../src/inspect/regions.ts'

const size = { width: 8, height: 8 }
/** A map of zeros with values at (x, y). */
function mapOf(values: readonly (readonly [x: number, y: number, value: number])[]) {
  const data = new Float32Array(64)
  for (const [x, y, value] of values) data[8 * y + x] = value
  return { ...size, data }
}
const frameOf = (source: Size, fit: Fit = 'pad') => fitFrame(source, size, fit)

describe('findRegions', () => {
  it('joins pixels that touch, at corners too, and says where, how large and how high', () => {
    const map = mapOf([
      [1, 1, 2],
      [2, 2, 4],
      [6, 6, 3],
      [4, 0, 0.5],
    ])
    expect(findRegions(map, frameOf(size), 1)).toEqual([
      { box: [1, 1, 2, 2], area: 2, peak: 4, mean: 3 },
      { box: [6, 6, 1, 1], area: 1, peak: 3, mean: 3 },
    ])
    expect(findRegions(map, frameOf(size), 3)).toHaveLength(2) // at the level is inside
    expect(findRegions(map, frameOf(size), 4.1)).toEqual([])
  })

  it('counts in pixels of the photograph, whatever its size and place in the map', () => {
    const map = mapOf([[2, 3, 1]])
    // 80 x 40 padded into 8 x 8: content from row 2 to 5, 10 photograph pixels to one of the map.
    expect(findRegions(map, frameOf({ width: 80, height: 40 }), 1)).toMatchObject([
      { box: [20, 10, 10, 10], area: 100 },
    ])
    // Stretched: 10 across, 5 down.
    expect(findRegions(map, frameOf({ width: 80, height: 40 }, 'stretch'), 1)).toMatchObject([
      { box: [20, 15, 10, 5], area: 50 },
    ])
    // Cropped: the middle 40 x 40 from x = 20 on, 5 to a pixel.
    expect(findRegions(map, frameOf({ width: 80, height: 40 }, 'crop'), 1)).toMatchObject([
      { box: [30, 15, 5, 5], area: 25 },
    ])
  })

  it('never leaves the photograph, and never sees the padding', () => {
    const all = mapOf(Array.from({ length: 64 }, (_, i) => [i % 8, Math.floor(i / 8), 1]))
    for (const fit of ['pad', 'stretch', 'crop'] as const) {
      for (const source of [
        { width: 33, height: 7 },
        { width: 5, height: 90 },
        { width: 2, height: 2 },
      ]) {
        const [{ box, area }] = findRegions(all, frameOf(source, fit), 1) as [
          ReturnType<typeof findRegions>[number],
        ]
        const { visible } = frameOf(source, fit)
        expect(box[0] + box[2]).toBeLessThanOrEqual(source.width)
        expect(box[1] + box[3]).toBeLessThanOrEqual(source.height)
        if (fit !== 'crop') expect(area).toBe(visible.width * visible.height)
      }
    }
    expect(findRegions(mapOf([[0, 0, 9]]), frameOf({ width: 80, height: 40 }), 1)).toEqual([])
  })

  it('leaves out what is smaller than asked for, and knows millimetres', () => {
    const map = mapOf([
      [1, 3, 5],
      [5, 3, 2],
      [6, 3, 2],
    ])
    const frame = frameOf({ width: 80, height: 40 })
    expect(findRegions(map, frame, 1, { minArea: 101, mmPerPixel: 0.1 })).toEqual([
      { box: [50, 10, 20, 10], area: 200, areaMm2: expect.closeTo(2, 10), peak: 2, mean: 2 },
    ])
    expect(findRegions(map, frame, 1, { minArea: 100 })).toHaveLength(2)
  })
})

describe('the level of regions', () => {
  it('is the 0.999 quantile of the peaks of nominal maps, without the padding', () => {
    expect(
      peakOf(
        mapOf([
          [0, 0, 9],
          [3, 3, 2],
        ]),
        frameOf({ width: 80, height: 40 }),
      ),
    ).toBe(2)
    expect(regionLevel([])).toBeNull()
    expect(regionLevel([1, 3, 2])).toEqual({ level: 3, images: 3 })
    const peaks = Array.from({ length: 2000 }, (_, i) => i)
    expect(regionLevel(peaks)).toEqual({ level: 1998, images: 2000 })
  })
})
