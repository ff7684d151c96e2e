import { describe, expect, it } from 'vitest'
import { openDistanceBound } from '../../../src/detector/patchcore/distance-bound.ts'
import { centreRows, rowSquares } from '../../../src/detector/patches/centred.ts'
import { squaredDistance } from '../../../src/detector/patches/squared-distance.ts'
import { createRandom } from '../../../src/math/random.ts'
import fc from '../../fast-check.ts'
import { cloudOnSheet } from './cloud-on-sheet.ts'

const machine = { device: 'cpu', threads: 1 }
const sizes = { block: 64, most: 16, slack: 1e-3 }

describe('a bound on distances from centres', () => {
  it('leaves out no point that a centre lies nearer to, and most others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 16, max: 200 }),
        fc.integer({ min: 1, max: 16 }),
        async (seed, count, wanted) => {
          const dims = 32
          const { rows } = centreRows(cloudOnSheet(seed, count, dims), dims)
          const random = createRandom(seed, 'centres')
          const centres = Int32Array.from({ length: wanted }, () => random.integer(count))
          const least = Float64Array.from({ length: count }, (_, i) =>
            Math.min(...[...centres].map((centre) => squaredDistance(rows, i, rows, centre, dims))),
          )
          const distance = least.map((value) => value * (random.integer(2) === 0 ? 0.25 : 1.5))
          const bound = await openDistanceBound(rows, rowSquares(rows, dims), dims, sizes, machine)
          expect(bound).not.toBeNull()
          const close = new Set(await bound?.mayBeNearer(distance, centres))
          await bound?.close()
          for (const [i, before] of distance.entries()) if (least[i]! < before) expect(close).toContain(i)
          // Along half of the dimensions these points are as far apart as along all, nearly.
          const far = [...distance].filter((before, i) => least[i]! > 2 * before + 1).length
          expect(close.size).toBeLessThanOrEqual(count - far)
        },
      ),
      { numRuns: 20 },
    )
  })

  it.each([31, 129])('is not worth its while in %i dimensions', async (dims) => {
    const points = cloudOnSheet(1, 20, dims)
    expect(await openDistanceBound(points, rowSquares(points, dims), dims, sizes, machine)).toBeNull()
  })
})
