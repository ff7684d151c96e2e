import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coresetGreedy } from '../../../src/detector/patchcore/coreset.ts'
import { CancelledError } from '../../../src/errors.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'

/** The algorithm as the paper writes it: every point against every centre. Returns the covering radius of each step. */
function plainRadii(points: Float32Array, dims: number, chosen: Int32Array): number[] {
  const count = points.length / dims
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  return Array.from(chosen, (centre) => {
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (let d = 0; d < dims; d++) sum += (points[i * dims + d]! - points[centre * dims + d]!) ** 2
      nearest[i] = Math.min(nearest[i]!, Math.sqrt(sum))
    }
    return Math.max(...nearest)
  })
}

const cloud = (seed: number, count: number, dims: number): Float32Array => {
  const random = createRandom(seed, 'cloud')
  return Float32Array.from({ length: count * dims }, () => random.normal() + 4 * random.integer(3))
}

describe('coresetGreedy', () => {
  it('always adds the farthest point, as the plain algorithm does', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 7 }),
        (seed, count, dims) => {
          const points = cloud(seed, count, dims)
          const chosen = coresetGreedy(points, dims, count, Math.abs(seed) % count, quietTask)
          expect(new Set(chosen).size).toBe(chosen.length)
          const radii = plainRadii(points, dims, chosen)
          for (let step = 1; step < chosen.length; step++) {
            // the point added lies at the covering radius of the centres before it
            const before = plainRadii(points, dims, chosen.subarray(0, step)).at(-1)!
            let own = Number.POSITIVE_INFINITY
            for (let c = 0; c < step; c++) {
              let sum = 0
              for (let d = 0; d < dims; d++) {
                sum += (points[chosen[step]! * dims + d]! - points[chosen[c]! * dims + d]!) ** 2
              }
              own = Math.min(own, Math.sqrt(sum))
            }
            expect(own).toBeCloseTo(before, 10)
          }
          expect(radii.at(-1)).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('never returns a point twice, and stops when only copies are left', () => {
    const points = Float32Array.from([0, 0, 1, 1, 0, 0, 1, 1, 5, 5])
    expect([...coresetGreedy(points, 2, 5, 0, quietTask)]).toEqual([0, 4, 1])
  })

  it('returns all points when asked for more', () => {
    expect(coresetGreedy(cloud(1, 9, 3), 3, 100, 4, quietTask)).toHaveLength(9)
  })

  it('stops when cancelled', () => {
    const controller = new AbortController()
    controller.abort()
    const task = { ...quietTask, signal: controller.signal }
    expect(() => coresetGreedy(cloud(1, 500, 3), 3, 400, 0, task)).toThrow(CancelledError)
  })
})
