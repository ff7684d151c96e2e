import { describe, expect, it } from 'vitest'
import { CancelledError } from '../../../src/errors.ts'
import { createRandom } from '../../../src/math/random.ts'
import { inferGroups } from '../../../src/parts/likeness/infer-groups.ts'
import { nearestPictures } from '../../../src/parts/likeness/nearest-pictures.ts'
import { quietTask } from '../../../src/task.ts'
import { photograph, randomSurface, type Surface } from './pictures.ts'

const machine = { threads: 2 }
const infer = (pictures: readonly Uint8Array[], task = quietTask) => inferGroups(pictures, machine, task)

/** `shots` photographs of each of `parts` surfaces: exposure, crop and place differ. */
function series(parts: number, shots: number, surfaceOf: (part: number) => Surface): Uint8Array[] {
  const random = createRandom(11)
  return Array.from({ length: parts }, (_, part) => {
    const surface = surfaceOf(part)
    return Array.from({ length: shots }, () =>
      photograph(
        surface,
        {
          gain: 15 + 20 * random.uniform(),
          offset: 70 + 80 * random.uniform(),
          scale: 0.96 + 0.08 * random.uniform(),
          shiftX: 1.5 * random.normal(),
          shiftY: 1.5 * random.normal(),
        },
        random,
      ),
    )
  }).flat()
}

/** No group holds pictures of two parts. */
function expectPure(groups: readonly (readonly number[])[], shots: number): void {
  for (const group of groups) expect(new Set(group.map((i) => Math.floor(i / shots))).size).toBe(1)
}

describe('inferGroups', () => {
  it('finds the photographs of a part under other exposures, shifts and crops', async () => {
    const { groups } = await infer(series(24, 3, (part) => randomSurface(createRandom(part))))
    expectPure(groups, 3)
    expect(groups.filter((group) => group.length === 3).length).toBeGreaterThanOrEqual(20)
  })

  it('finds them where all parts look alike but for a little', async () => {
    const common = randomSurface(createRandom(99))
    const { groups } = await infer(
      series(30, 3, (part) => {
        const own = randomSurface(createRandom(part))
        return (x, y) => common(x, y) + 0.8 * own(x, y)
      }),
    )
    expectPure(groups, 3)
    expect(groups.filter((group) => group.length > 1).flat().length).toBeGreaterThan(0.8 * 90)
  })

  it('joins nothing where every picture shows another part', async () => {
    const common = randomSurface(createRandom(99))
    const different = await infer(series(40, 1, (part) => randomSurface(createRandom(part))))
    const alike = await infer(
      series(40, 1, (part) => {
        const own = randomSurface(createRandom(part))
        return (x, y) => common(x, y) + 0.3 * own(x, y)
      }),
    )
    for (const { groups } of [different, alike]) expect(groups).toHaveLength(40)
  })

  it('gives the same groups again, and stops when told to', async () => {
    const pictures = series(12, 2, (part) => randomSurface(createRandom(part)))
    expect((await infer(pictures)).groups).toEqual((await infer(pictures)).groups)
    const stopped = { ...quietTask, signal: AbortSignal.abort() }
    await expect(infer(pictures, stopped)).rejects.toBeInstanceOf(CancelledError)
  })
})

describe('nearestPictures', () => {
  it('finds what the obvious loop finds', async () => {
    const random = createRandom(4)
    const [count, dims, wanted] = [37, 8, 5]
    const rows = Float32Array.from({ length: count * dims }, () => random.normal())
    for (let i = 0; i < count; i++) {
      const row = rows.subarray(i * dims, (i + 1) * dims)
      const length = Math.hypot(...row)
      for (let d = 0; d < dims; d++) row[d]! /= length
    }
    const product = (i: number, j: number): number => {
      let sum = 0
      for (let d = 0; d < dims; d++) sum += rows[i * dims + d]! * rows[j * dims + d]!
      return sum
    }
    const others = (i: number) => [...Array(count).keys()].filter((j) => j !== i)
    const expected = [...Array(count).keys()].map((i) =>
      Int32Array.from(
        others(i)
          .sort((a, b) => product(i, b) - product(i, a))
          .slice(0, wanted),
      ),
    )
    expect(await nearestPictures(rows, dims, wanted, machine, quietTask)).toEqual(expected)
  })

  it('has no neighbours for a single row', async () => {
    expect(await nearestPictures(Float32Array.of(1, 0), 2, 5, machine, quietTask)).toEqual([
      new Int32Array(0),
    ])
  })
})
