import { describe, expect, it } from 'vitest'
import { clopperPearson } from '../../../src/evaluate/intervals/clopper-pearson.ts'
import { mcnemarExact } from '../../../src/evaluate/intervals/mcnemar.ts'
import { wilson } from '../../../src/evaluate/intervals/wilson.ts'
import { binomialCdf } from '../../../src/math/distributions.ts'
import fc from '../../fast-check.ts'

const trials = fc
  .integer({ min: 1, max: 400 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))

describe('clopperPearson', () => {
  it('ends where as few, or as many, hits become a surprise of 2.5 %', () => {
    fc.assert(
      fc.property(trials, ([hits, n]) => {
        const [low, high] = clopperPearson(hits, n, 0.95)
        if (hits > 0) expect(1 - binomialCdf(hits - 1, n, low)).toBeCloseTo(0.025, 10)
        else expect(low).toBe(0)
        if (hits < n) expect(binomialCdf(hits, n, high)).toBeCloseTo(0.025, 10)
        else expect(high).toBe(1)
        expect(low).toBeLessThan(hits / n + 1e-12)
        expect(high).toBeGreaterThan(hits / n - 1e-12)
        expect(high - low).toBeGreaterThan(0)
      }),
    )
  })
  it('is covered at least as often as it says, for every truth', () => {
    const n = 25
    const intervals = Array.from({ length: n + 1 }, (_, hits) => clopperPearson(hits, n, 0.95))
    for (let truth = 0.01; truth < 1; truth += 0.01) {
      const covered = intervals.reduce((sum, [low, high], hits) => {
        const probability = binomialCdf(hits, n, truth) - binomialCdf(hits - 1, n, truth)
        return sum + (low <= truth && truth <= high ? probability : 0)
      }, 0)
      expect(covered).toBeGreaterThanOrEqual(0.95)
    }
  })
  it('knows the textbook: 8 of 10, 0 of 30, nothing of nothing', () => {
    expect(clopperPearson(8, 10, 0.95)[0]).toBeCloseTo(0.4439, 4)
    expect(clopperPearson(8, 10, 0.95)[1]).toBeCloseTo(0.9748, 4)
    expect(clopperPearson(0, 30, 0.95)).toEqual([0, expect.closeTo(1 - 0.025 ** (1 / 30), 12)])
    expect(clopperPearson(0, 0, 0.95)).toEqual([0, 1])
  })
  it('takes shares of hits, and sums of them that miss n by rounding', () => {
    const [low, high] = clopperPearson(2.5, 10, 0.95)
    expect(low).toBeGreaterThan(clopperPearson(2, 10, 0.95)[0])
    expect(high).toBeLessThan(clopperPearson(3, 10, 0.95)[1])
    expect(clopperPearson(10 + 1e-14, 10, 0.95)[1]).toBe(1)
  })
  it('refuses more hits than trials, and levels that are none', () => {
    expect(() => clopperPearson(11, 10, 0.95)).toThrow(/expected 0 to 10 hits, got 11/)
    expect(() => clopperPearson(1, 10, 95)).toThrow(/level in 0..1, got 95/)
  })
})

describe('wilson', () => {
  it('ends where the rate would lie z standard errors off', () => {
    fc.assert(
      fc.property(trials, ([hits, n]) => {
        const [low, high] = wilson(hits, n, 0.95)
        for (const [end, isOpen] of [
          [low, hits > 0],
          [high, hits < n],
        ] as const) {
          if (isOpen) {
            expect(Math.abs(hits / n - end) / Math.sqrt((end * (1 - end)) / n)).toBeCloseTo(1.959964, 5)
          } else expect(end).toBe(hits / n)
        }
        expect(wilson(n - hits, n, 0.95)[0]).toBeCloseTo(1 - high, 12)
      }),
    )
  })
  it('knows nothing from no trials, and refuses what cannot be', () => {
    expect(wilson(0, 0, 0.95)).toEqual([0, 1])
    expect(() => wilson(-1, 10, 0.95)).toThrow(/got -1/)
    expect(() => wilson(1, 10, 1)).toThrow(/level/)
  })
})

describe('mcnemarExact', () => {
  it.each([
    [0, 0, 1],
    [5, 5, 1],
    [1, 0, 1],
    [6, 0, 2 / 64],
    [1, 9, (2 * 11) / 1024],
    [8, 2, (2 * 56) / 1024],
  ])('%d against %d: p = %d', (onlyA, onlyB, p) => {
    expect(mcnemarExact(onlyA, onlyB)).toBeCloseTo(p, 14)
    expect(mcnemarExact(onlyB, onlyA)).toBe(mcnemarExact(onlyA, onlyB))
  })
  it('refuses counts that are none', () => {
    expect(() => mcnemarExact(1.5, 2)).toThrow(/whole counts from 0 on, got 1.5 and 2/)
    expect(() => mcnemarExact(1, -2)).toThrow(RangeError)
  })
})
