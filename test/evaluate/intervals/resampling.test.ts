import { describe, expect, it } from 'vitest'
import {
  acceleration,
  bcaFromReplicates,
  bcaLevel,
  percentileInterval,
} from '../../../src/evaluate/intervals/bootstrap.ts'
import { correctedResampledT } from '../../../src/evaluate/intervals/corrected-t.ts'
import fc from '../../fast-check.ts'

describe('bcaFromReplicates', () => {
  const replicates = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 20, maxLength: 200 })
  it('is the percentile interval where there is neither bias nor acceleration', () => {
    const symmetric = Float64Array.from({ length: 201 }, (_, i) => i - 100)
    const interval = bcaFromReplicates(0, symmetric, [[1, 1, 1]], 0.95)
    expect(interval[0]).toBeCloseTo(percentileInterval(symmetric, 0.95)[0], 9)
    expect(interval[1]).toBeCloseTo(percentileInterval(symmetric, 0.95)[1], 9)
    expect(percentileInterval(symmetric, 0.95)).toEqual([expect.closeTo(-95, 9), expect.closeTo(95, 9)])
  })
  it('stays within the replicates, and in order, wherever the estimate lies', () => {
    fc.assert(
      fc.property(
        replicates,
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 12 }),
        (values, estimate, left) => {
          const [low, high] = bcaFromReplicates(estimate, values, [left], 0.95)
          expect(low).toBeGreaterThanOrEqual(Math.min(...values))
          expect(high).toBeLessThanOrEqual(Math.max(...values))
          expect(low).toBeLessThanOrEqual(high)
        },
      ),
    )
  })
  it('goes with a shift and a stretch of the statistic', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 20 }), (values) => {
        const left = values.slice(0, 10)
        const moved = (list: readonly number[]) => list.map((value) => 3 * value - 2)
        const [low, high] = bcaFromReplicates(values[0]!, values, [left], 0.9)
        const [movedLow, movedHigh] = bcaFromReplicates(3 * values[0]! - 2, moved(values), [moved(left)], 0.9)
        expect(movedLow).toBeCloseTo(3 * low - 2, 6)
        expect(movedHigh).toBeCloseTo(3 * high - 2, 6)
      }),
    )
  })
  it('has no acceleration where nothing varies, and leaves out what is undefined', () => {
    expect(acceleration([])).toBe(0)
    expect(acceleration([[0.1, 0.1, 0.1], []])).toBe(0)
    expect(acceleration([[1, 2, 4, Number.NaN]])).toBe(acceleration([[1, 2, 4]]))
  })
  it('goes to the end of the replicates where the acceleration bends the scale over', () => {
    expect(bcaLevel(0.975, 1, 0.9)).toBe(1)
    expect(bcaLevel(0.025, -1, -0.9)).toBe(0)
  })
  it('needs finite replicates', () => {
    expect(() => percentileInterval([], 0.95)).toThrow(/got none/)
    expect(() => bcaFromReplicates(0, [1, Number.NaN], [], 0.95)).toThrow(/finite replicates/)
    expect(() => bcaFromReplicates(0, [1, -Infinity], [], 0.95)).toThrow(/finite replicates/)
  })
})

describe('correctedResampledT', () => {
  it('is the ordinary t of independent values where the test set is nothing', () => {
    const { lower, upper, t, variance } = correctedResampledT(
      Float64Array.of(1, 2, 3),
      { test: 0, train: 9 },
      0.95,
    )
    expect(variance).toBeCloseTo(1 / 3, 12)
    expect(t).toBeCloseTo(2 * Math.sqrt(3), 12)
    expect([lower, upper]).toEqual([
      expect.closeTo(2 - 4.302652729911275 / Math.sqrt(3), 9),
      expect.closeTo(2 + 4.302652729911275 / Math.sqrt(3), 9),
    ])
  })
  it('does not stumble over values that do not vary', () => {
    const counts = { test: 1, train: 4 }
    expect(correctedResampledT(Float64Array.of(0, 0), counts, 0.95)).toMatchObject({
      t: 0,
      pValue: 1,
      lower: 0,
    })
    expect(correctedResampledT(Float64Array.of(2, 2), counts, 0.95)).toMatchObject({ t: Infinity, pValue: 0 })
  })
  it('needs two values and a train set', () => {
    expect(() => correctedResampledT(Float64Array.of(1), { test: 1, train: 4 }, 0.95)).toThrow(
      /at least 2 values, got 1/,
    )
    expect(() => correctedResampledT(Float64Array.of(1, 2), { test: 1, train: 0 }, 0.95)).toThrow(
      /1 test and 0 train/,
    )
  })
})
