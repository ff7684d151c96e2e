import { expect, it } from 'vitest'
import { median, quantile, robustDeviation } from '../../../src/guardrail/statistics/quantiles.ts'
import { createRandom } from '../../../src/math/random.ts'

it('is linear between neighbours', () => {
  expect([0, 0.1, 0.5, 1].map((p) => quantile([4, 1, 3, 2], p))).toEqual([1, 1.3, 2.5, 4])
  expect(median([5])).toBe(5)
  expect(quantile([], 0.5)).toBeNaN()
})

it('measures the spread of the bulk, whatever strays', () => {
  const random = createRandom(0)
  const values = Array.from({ length: 2000 }, () => 3 * random.normal())
  expect(robustDeviation(values)).toBeCloseTo(3, 0)
  expect(robustDeviation([...values, ...Array.from({ length: 100 }, () => 1e6)])).toBeLessThan(3.5)
})
