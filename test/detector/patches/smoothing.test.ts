import { describe, expect, it } from 'vitest'
import { smoothMap } from '../../../src/detector/patches/smoothing.ts'
import { cellsInContent } from '../../../src/image/cell-range.ts'
import type { Frame } from '../../../src/image/image.ts'
import { createRandom } from '../../../src/math/random.ts'
import fc from '../../fast-check.ts'

const frame = (width: number, height: number, x = 0, y = 0, w = width, h = height): Frame => ({
  source: { width: w, height: h },
  size: { width, height },
  visible: { x: 0, y: 0, width: w, height: h },
  content: { x, y, width: w, height: h },
})

/** Upsample bilinearly (half-pixel centres, edges replicated), then blur with a renormalised Gaussian: the obvious way. */
function obvious(cells: Float32Array, rows: number, cols: number, size: number, sigma: number): number[] {
  const at = (p: number, n: number): [number, number, number] => {
    const x = Math.min(n - 1, Math.max(0, ((p + 0.5) * n) / size - 0.5))
    const low = Math.floor(x)
    return [low, Math.min(n - 1, low + 1), x - low]
  }
  const up: number[] = []
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [r0, r1, fr] = at(y, rows)
      const [c0, c1, fc_] = at(x, cols)
      const v = (r: number, c: number): number => cells[r * cols + c]!
      up.push(
        (v(r0, c0) * (1 - fc_) + v(r0, c1) * fc_) * (1 - fr) + (v(r1, c0) * (1 - fc_) + v(r1, c1) * fc_) * fr,
      )
    }
  }
  if (sigma === 0) return up
  const out: number[] = []
  const reach = Math.ceil(4 * sigma)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = 0
      let total = 0
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          if (y + dy < 0 || y + dy >= size || x + dx < 0 || x + dx >= size) continue
          const weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma))
          sum += weight * up[(y + dy) * size + x + dx]!
          total += weight
        }
      }
      out.push(sum / total)
    }
  }
  return out
}

describe('smoothMap', () => {
  it.each([
    [3, 4, 24, 2],
    [5, 5, 20, 0],
    [1, 6, 24, 1.5],
  ])(
    'equals upsampling and blurring one after the other (%i x %i cells, %i px, sigma %d)',
    (rows, cols, size, sigma) => {
      const random = createRandom(rows * 100 + cols)
      const cells = Float32Array.from({ length: rows * cols }, () => random.uniform() * 5)
      const whole = frame(size, size)
      const map = smoothMap(cells, cellsInContent(whole, rows, cols), { rows, cols }, whole, sigma)
      const expected = obvious(cells, rows, cols, size, sigma)
      for (let i = 0; i < expected.length; i++) expect(map.data[i]).toBeCloseTo(expected[i]!, 5)
    },
  )

  it('keeps a constant constant inside the content and 0 outside, for any content', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (x, y, w, h) => {
          const padded = frame(32, 32, x, y, w, h)
          const range = cellsInContent(padded, 8, 8)
          const map = smoothMap(
            new Float32Array(range.rows * range.cols).fill(3),
            range,
            { rows: 8, cols: 8 },
            padded,
            2,
          )
          for (let py = 0; py < 32; py++) {
            for (let px = 0; px < 32; px++) {
              const inside = px >= x && px < x + w && py >= y && py < y + h
              expect(map.data[py * 32 + px]).toBeCloseTo(inside ? 3 : 0, 5)
            }
          }
        },
      ),
    )
  })
})

describe('cellsInContent', () => {
  it('takes the cells whose centre lies in the picture', () => {
    expect(cellsInContent(frame(32, 32, 0, 8, 32, 16), 8, 8)).toEqual({ row: 2, col: 0, rows: 4, cols: 8 })
    expect(cellsInContent(frame(32, 32, 3, 0, 5, 32), 8, 8)).toEqual({ row: 0, col: 1, rows: 8, cols: 1 })
  })
  it('keeps one cell of a content thinner than a cell', () => {
    const range = cellsInContent(frame(32, 32, 15, 0, 1, 32), 4, 4)
    expect(range.cols).toBe(1)
    expect(range.col).toBe(1)
  })
})
