import { describe, expect, it } from 'vitest'
import { coresetGreedy } from '../../../src/detector/patchcore/coreset.ts'
import { CancelledError } from '../../../src/errors.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'
import fc from '../../fast-check.ts'
import { cloudOnSheet } from './cloud-on-sheet.ts'

const machine = { device: 'cpu', threads: 1 }

/** The algorithm as the paper writes it: every point against every centre. */
function plainCoreset(points: Float32Array, dims: number, size: number, first: number): number[] {
  const count = points.length / dims
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  const chosen = [first]
  for (;;) {
    const centre = chosen.at(-1)!
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (let d = 0; d < dims; d++) sum += (points[i * dims + d]! - points[centre * dims + d]!) ** 2
      nearest[i] = Math.min(nearest[i]!, sum)
    }
    const farthest = nearest.reduce((best, value, i) => (value > nearest[best]! ? i : best), 0)
    if (nearest[farthest] === 0 || chosen.length === size) return chosen
    chosen.push(farthest)
  }
}

const cloud = (seed: number, count: number, dims: number): Float32Array => {
  const random = createRandom(seed, 'cloud')
  return Float32Array.from({ length: count * dims }, () => random.normal() + 4 * random.integer(3))
}

describe('coresetGreedy', () => {
  it('chooses what the plain algorithm chooses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 7 }),
        async (seed, count, dims) => {
          const points = cloud(seed, count, dims)
          const first = Math.abs(seed) % count
          const chosen = await coresetGreedy(points, dims, count, first, machine, quietTask)
          expect([...chosen]).toEqual(plainCoreset(points, dims, count, first))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('does so when points outnumber the shortlist and steps a round', async () => {
    const points = cloud(3, 3000, 5)
    const chosen = await coresetGreedy(points, 5, 700, 17, machine, quietTask)
    expect([...chosen]).toEqual(plainCoreset(points, 5, 700, 17))
  })

  it('does so when far points are left out by a bound along few axes', async () => {
    const points = cloudOnSheet(7, 3000, 40)
    const chosen = await coresetGreedy(points, 40, 1500, 4, machine, quietTask)
    expect([...chosen]).toEqual(plainCoreset(points, 40, 1500, 4))
  })

  it('is right where points lie far from the origin, and products round', async () => {
    const points = cloud(5, 2000, 4).map((value) => value + 1000)
    const chosen = await coresetGreedy(points, 4, 300, 0, machine, quietTask)
    const plain = plainCoreset(points, 4, 300, 0)
    const radius = (indices: readonly number[]): number => {
      let widest = 0
      for (let i = 0; i < 2000; i++) {
        let least = Number.POSITIVE_INFINITY
        for (const c of indices) {
          let sum = 0
          for (let d = 0; d < 4; d++) sum += (points[i * 4 + d]! - points[c * 4 + d]!) ** 2
          least = Math.min(least, sum)
        }
        widest = Math.max(widest, Math.sqrt(least))
      }
      return widest
    }
    expect(radius([...chosen])).toBeLessThan(1.1 * radius(plain))
  })

  it('never returns a point twice, and stops when only copies are left', async () => {
    const points = Float32Array.from([0, 0, 1, 1, 0, 0, 1, 1, 5, 5])
    expect([...(await coresetGreedy(points, 2, 5, 0, machine, quietTask))]).toEqual([0, 4, 1])
  })

  it('takes the lowest index of a tie, on the shortlist and at its edge', async () => {
    const points = new Float32Array(3000) // 0, then 1 and 2 many times over
    for (let i = 1; i < points.length; i++) points[i] = 1 + (i % 2)
    expect([...(await coresetGreedy(points, 1, 10, 0, machine, quietTask))]).toEqual([0, 1, 2])
  })

  it('returns all points when asked for more', async () => {
    expect(await coresetGreedy(cloud(1, 9, 3), 3, 100, 4, machine, quietTask)).toHaveLength(9)
  })

  it('stops when cancelled', async () => {
    const controller = new AbortController()
    controller.abort()
    const task = { ...quietTask, signal: controller.signal }
    const chosen = coresetGreedy(cloud(1, 500, 3), 3, 400, 0, machine, task)
    await expect(chosen).rejects.toBeInstanceOf(CancelledError)
  })
})
