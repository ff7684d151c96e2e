import { expect, it } from 'vitest'
import {
  lowerQuantileOfSorted,
  median,
  neighboursAt,
  quantile,
  robustDeviation,
  upperMedian,
  upperQuantile,
} from '../../src/math/order-statistics.ts'
import { createRandom } from '../../src/math/random.ts'
import fc from '../fast-check.ts'

it('quantiles are linear between neighbours', () => {
  expect([0, 0.1, 0.5, 1].map((p) => quantile([4, 1, 3, 2], p))).toEqual([1, 1.3, 2.5, 4])
  expect(quantile([5], 0.5)).toBe(5)
})

it('each median is what its name says, in any order and of numbers, not of their text', () => {
  expect([median([10, 9, 1]), median([10, 2, 9, 1])]).toEqual([9, 5.5])
  expect([upperMedian([10, 9, 1]), upperMedian([10, 2, 9, 1])]).toEqual([9, 9])
  expect([0, 0.49, 0.5, 0.75, 1].map((share) => upperQuantile([40, 10, 30, 20], share))).toEqual([
    10, 20, 30, 40, 40,
  ])
  expect([0, 0.5, 0.99, 1].map((share) => lowerQuantileOfSorted([10, 20, 30, 40], share))).toEqual([
    10, 20, 30, 40,
  ])
})

it('of none there is none', () => {
  for (const of of [median, upperMedian, (values: number[]) => quantile(values, 0.5)])
    expect(of([])).toBeNaN()
})

it('definitions agree where a value lies in the place', () =>
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 9 }), (values) => {
      fc.pre(values.length % 2 === 1)
      expect([median(values), upperMedian(values)]).toEqual([quantile(values, 0.5), quantile(values, 0.5)])
    }),
  ))

it('measures the spread of the bulk, whatever strays', () => {
  const random = createRandom(0)
  const values = Array.from({ length: 2000 }, () => 3 * random.normal())
  expect(robustDeviation(values)).toBeCloseTo(3, 0)
  expect(robustDeviation([...values, ...Array.from({ length: 100 }, () => 1e6)])).toBeLessThan(3.5)
})

it('finds what stands before and at a place as sorting does, with ties and infinities', () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true })), {
        minLength: 1,
        maxLength: 60,
      }),
      fc.nat(),
      (values, draw) => {
        const place = draw % values.length
        const sorted = Float64Array.from(values).sort()
        const found = neighboursAt(Float64Array.from(values), place)
        // 0 and -0 are one value here: neither is before the other
        expect(found.map((value) => value + 0)).toEqual(
          [place === 0 ? Number.NEGATIVE_INFINITY : sorted[place - 1]!, sorted[place]!].map(
            (value) => value + 0,
          ),
        )
      },
    ),
  ))
