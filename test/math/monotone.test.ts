import { expect, it } from 'vitest'
import { falling } from '../../src/math/monotone.ts'
import { createRandom } from '../../src/math/random.ts'

/** The closest falling sequence by the min-max formula (Robertson, Wright and Dykstra 1988): slow, and nothing like the algorithm. */
function slowly(values: readonly number[], weights: readonly number[]): number[] {
  const mean = (from: number, to: number): number => {
    let [sum, weight] = [0, 0]
    for (let i = from; i <= to; i++) {
      sum += values[i]! * weights[i]!
      weight += weights[i]!
    }
    return sum / weight
  }
  return values.map((_, i) => {
    const highest = (from: number) =>
      Math.max(...Array.from({ length: values.length - i }, (__, k) => mean(from, i + k)))
    return Math.min(...Array.from({ length: i + 1 }, (__, from) => highest(from)))
  })
}

it('leaves what falls, and pools what rises by weight', () => {
  expect(falling([3, 2, 1], [1, 1, 1])).toEqual([3, 2, 1])
  expect(falling([1, 4], [3, 1])).toEqual([1.75, 1.75])
  expect(falling([5, 1, 2, 3], [1, 1, 1, 1])).toEqual([5, 2, 2, 2])
  expect(falling([], [])).toEqual([])
})

it('equals the min-max formula', () => {
  const random = createRandom(0)
  for (let round = 0; round < 50; round++) {
    const values = Array.from({ length: 8 }, () => random.normal())
    const weights = Array.from({ length: 8 }, () => 0.1 + random.uniform())
    const expected = slowly(values, weights)
    falling(values, weights).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 12)
    })
  }
})

it('refuses weights that do not match', () => {
  expect(() => falling([1, 2], [1])).toThrow('expected 2 weights')
})
