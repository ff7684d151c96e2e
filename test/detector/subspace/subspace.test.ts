import { describe, expect, it } from 'vitest'
import { subspaceOptions } from '../../../src/detector/subspace/options.ts'
import { enough, gatherPatches } from '../../../src/detector/subspace/principal-subspace.ts'
import { subspace } from '../../../src/detector/subspace/subspace.ts'
import { StatisticalError } from '../../../src/errors.ts'
import { createRandom } from '../../../src/math/random.ts'
import { describeDetector } from '../battery.ts'

describeDetector(subspace, subspaceOptions.parse({ rotations: 1 }))

const machine = { device: 'cpu', threads: 1 }

describe('gatherPatches', () => {
  it('gives the same however the patches come in, over many blocks', async () => {
    const random = createRandom(3)
    const dims = 3
    const rows = Float32Array.from({ length: 2500 * dims }, () => random.normal() + 100)
    const found = []
    for (const cut of [rows.length, 7 * dims]) {
      const gatherer = await gatherPatches(dims, machine)
      for (let start = 0; start < rows.length; start += cut)
        await gatherer.add(rows.subarray(start, start + cut))
      found.push(await gatherer.subspace({ components: 2 }))
      await gatherer.close()
    }
    expect(found[0]).toEqual(found[1])
    for (const value of found[0]!.variances) expect(value).toBeCloseTo(1, 0)
  })

  it('needs two patches', async () => {
    const gatherer = await gatherPatches(2, machine)
    await gatherer.add(Float32Array.of(1, 2))
    await expect(gatherer.subspace({ explained: 0.5 })).rejects.toThrow(StatisticalError)
    await gatherer.close()
  })

  it('takes patches that are all alike, and then holds one direction, so that others are told apart', async () => {
    const gatherer = await gatherPatches(2, machine)
    await gatherer.add(Float32Array.of(1, 2, 1, 2, 1, 2))
    const { components, variances, mean } = await gatherer.subspace({ explained: 0.99 })
    await gatherer.close()
    expect([components.length, [...variances], [...mean]]).toEqual([2, [0, 0], [1, 2]])
  })

  it('refuses more components than patches vary in, and as many as would leave nothing', async () => {
    const gatherer = await gatherPatches(5, machine)
    await gatherer.add(Float32Array.from({ length: 15 }, (_, i) => i % 7))
    const asked = (components: number) => gatherer.subspace({ components })
    await expect(asked(3)).rejects.toThrow(StatisticalError)
    await expect(asked(3)).rejects.toThrow('3 patches over all images vary in at most 2 directions')
    await expect(asked(5)).rejects.toThrow('fewer than the 5 dimensions')
    await expect(asked(2)).resolves.toBeDefined()
    await gatherer.close()
  })
})

describe('enough', () => {
  it.each([
    [0.5, 1],
    [0.75, 2],
    [0.76, 3],
    [1, 3],
  ])('holds %d of the variance in %d directions', (share, expected) => {
    expect(enough(Float64Array.of(2, 1, 1), share)).toBe(expected)
  })
  it('is one where nothing varies', () => expect(enough(new Float64Array(3), 0.99)).toBe(1))
})
