import { describe, expect, it } from 'vitest'
import { toomCook } from '../../src/graph/toom-cook.ts'
import { createRandom } from '../../src/math/random.ts'
import { expectClose } from './expect-close.ts'

const times = (matrix: readonly (readonly number[])[], vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i]!, 0))

describe('toomCook', () => {
  it.each([
    [1, 1],
    [1, 3],
    [2, 3],
    [4, 3],
    [2, 5],
    [4, 5],
    [6, 2],
  ])('makes %i results of %i taps from fewer products', (tile, taps) => {
    const method = toomCook(tile, taps)
    expect(method.products).toBe(tile + taps - 1)
    const random = createRandom(tile, taps)
    const filter = Array.from({ length: taps }, () => random.normal())
    const inputs = Array.from({ length: method.products }, () => random.normal())
    const [a, b] = [times(method.filter, filter), times(method.input, inputs)]
    const got = times(
      method.result,
      a.map((value, i) => value * b[i]!),
    )
    const want = Array.from({ length: tile }, (_, i) =>
      filter.reduce((sum, value, tap) => sum + value * inputs[i + tap]!, 0),
    )
    expectClose(got, want, { atol: 1e-12 })
  })

  it('refuses more points than it has', () =>
    expect(() => toomCook(6, 5)).toThrow('toomCook: expected tile + taps of at most 9, got 11'))
})
