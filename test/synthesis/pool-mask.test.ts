import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { createRandom } from '../../src/math/random.ts'
import { poolMask } from '../../src/synthesis/pool-mask.ts'
import fc from '../fast-check.ts'

describe('poolMask', () => {
  it('is max pooling by whole cells where the sides are multiples, as in the reference', () => {
    const cell = fc.integer({ min: 1, max: 6 })
    fc.assert(
      fc.property(cell, cell, cell, cell, fc.nat(), (rows, cols, high, wide, seed) => {
        const random = createRandom(seed)
        const [width, height] = [cols * wide, rows * high]
        const data = Uint8Array.from({ length: width * height }, () => (random.uniform() < 0.1 ? 1 : 0))
        const pooled = poolMask({ width, height, data }, rows, cols)
        const wanted = new Uint8Array(rows * cols)
        for (const [i, inside] of data.entries()) {
          if (inside === 1)
            wanted[Math.floor(Math.floor(i / width) / high) * cols + Math.floor((i % width) / wide)] = 1
        }
        expect(pooled).toEqual({ width: cols, height: rows, data: wanted })
      }),
    )
  })

  it('loses no pixel at any resolution', () => {
    const side = fc.integer({ min: 1, max: 20 })
    fc.assert(
      fc.property(side, side, side, side, fc.nat(), (width, height, rows, cols, seed) => {
        const data = new Uint8Array(width * height)
        data[seed % data.length] = 1
        expect(poolMask({ width, height, data }, rows, cols).data.includes(1)).toBe(true)
        expect(poolMask({ width, height, data: data.fill(0) }, rows, cols).data.includes(1)).toBe(false)
      }),
    )
  })

  it('refuses a map without cells', () => {
    const mask = { width: 2, height: 2, data: new Uint8Array(4) }
    expect(() => poolMask(mask, 0, 2)).toThrow(ShapeError)
    expect(() => poolMask(mask, 2, 1.5)).toThrow(ShapeError)
  })
})
