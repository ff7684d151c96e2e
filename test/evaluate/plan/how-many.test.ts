import { describe, expect, it } from 'vitest'
import { clopperPearson } from '../../../src/evaluate/intervals/clopper-pearson.ts'
import { partsToExpect, partsToProve, proofTable, wantedPower } from '../../../src/evaluate/plan/how-many.ts'
import { smallestNeymanPearson } from '../../../src/evaluate/thresholds/nominal-rank.ts'
import { binomialCdf } from '../../../src/math/distributions.ts'

describe('partsToProve', () => {
  it('knows the numbers of the tables', () => {
    expect(partsToProve(0.01, 0.95)).toBe(299)
    expect(partsToProve(0.05, 0.95)).toBe(59)
    expect(proofTable(0.01, 0.95, 3)).toEqual([
      { wrong: 0, parts: 299 },
      { wrong: 1, parts: 473 },
      { wrong: 2, parts: 628 },
      { wrong: 3, parts: 773 },
    ])
    expect(partsToProve(0.001, 0.9)).toBe(smallestNeymanPearson(0.001, 0.1))
  })

  it('is the first number at which the upper limit reaches the bound', () => {
    for (const [bound, wrong] of [
      [0.02, 0],
      [0.1, 2],
      [0.3, 7],
    ] as const) {
      const upper = (n: number) => clopperPearson(wrong, n, 0.9)[1] // two-sided 90 % has a one-sided limit of 95 %
      let slow = wrong + 1
      while (upper(slow) > bound) slow++
      expect(partsToProve(bound, 0.95, wrong)).toBe(slow)
    }
  })

  it('says so where no number would do, and refuses what is no share', () => {
    expect(partsToProve(1e-8, 0.95)).toBe(Number.POSITIVE_INFINITY)
    for (const bound of [0, 1, Number.NaN]) expect(() => partsToProve(bound, 0.95)).toThrow(RangeError)
    expect(() => partsToProve(0.1, 0.95, 0.5)).toThrow(RangeError)
  })
})

describe('partsToExpect', () => {
  it('is null where the rate is not below the bound, and none wrong for a rate of 0', () => {
    expect(partsToExpect(0.01, 0.95, 0.01)).toBeNull()
    expect(partsToExpect(0.01, 0.95, 0)).toEqual({ wrong: 0, parts: 299 })
  })

  it('succeeds as often as it says, and the next smaller allowance does not', () => {
    const found = partsToExpect(0.05, 0.95, 0.02)!
    expect(binomialCdf(found.wrong, found.parts, 0.02)).toBeGreaterThanOrEqual(wantedPower)
    expect(partsToProve(0.05, 0.95, found.wrong)).toBe(found.parts)
    const fewer = found.wrong - 1
    expect(binomialCdf(fewer, partsToProve(0.05, 0.95, fewer), 0.02)).toBeLessThan(wantedPower)
  })
})
