import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blockPermutations, invertOrder } from '../../../src/detector/csflow/permutations.ts'
import { mersenneTwister } from '../../../src/math/mersenne-twister.ts'
import fc from '../../fast-check.ts'
import { describeWith, goldenDir } from '../../golden-dir.ts'
import { readSafetensors, values } from '../../safetensors.ts'

describe('the Mersenne Twister', () => {
  it('gives the words that its authors publish for their default seed', () => {
    const next = mersenneTwister(5489)
    expect(Array.from({ length: 5 }, next)).toEqual([
      3499211612, 581869302, 3890346734, 3586334585, 545404204,
    ])
    for (let i = 5; i < 9999; i++) next()
    expect(next()).toBe(4123659995) // the 10,000th, which the C++ standard demands of std::mt19937
  })
})

describeWith(goldenDir, 'orders of the channels equal NumPy’s', () => {
  const golden = readSafetensors(join(goldenDir, 'csflow_permutations.safetensors'))
  it.each([16, 304])('for %i channels', (channels) => {
    for (let block = 0; block < 8; block++) {
      for (const [scale, order] of blockPermutations(block, channels, 3).entries()) {
        expect([...order]).toEqual([...values(golden, `c${channels}.perm.${block}.${scale}`)])
      }
    }
  })
})

it('an order and its inverse undo each other', () => {
  void fc.assert(
    fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 40 }), (block, channels) => {
      const [order] = blockPermutations(block, channels, 1)
      const inverse = invertOrder(order!)
      expect(Array.from(inverse, (place) => order![place])).toEqual([...inverse.keys()])
    }),
  )
})
