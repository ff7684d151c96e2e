import { expect, it } from 'vitest'
import { StatisticalError } from '../../../src/errors.ts'
import { defectiveSizes } from '../../../src/evaluate/plan/fewer-defectives.ts'
import {
  defaultDraws,
  defaultFolds,
  largerSizes,
  leastToPlan,
  nominalSizes,
} from '../../../src/evaluate/plan/plan-sizes.ts'

it('halves large sets, and takes smaller steps through small ones, always enough to hold one back', () => {
  expect(nominalSizes(560)).toEqual([18, 35, 70, 140, 280, 560])
  for (let all = leastToPlan; all < 300; all++) {
    const sizes = nominalSizes(all)
    expect(sizes.at(-1)).toBe(all)
    expect(sizes.length).toBeGreaterThanOrEqual(4)
    expect([...new Set(sizes)].sort((a, b) => a - b)).toEqual(sizes)
  }
  expect(() => nominalSizes(leastToPlan - 1)).toThrow(StatisticalError)
})

it('has at least six defective units a half, and enough sizes to hold one back', () => {
  for (let all = 20; all < 300; all++) {
    const sizes = defectiveSizes(all)
    expect(sizes.at(-1)).toBe(all)
    expect(sizes[0]).toBeGreaterThanOrEqual(12)
    expect(sizes.length).toBeGreaterThanOrEqual(4)
  }
})

it('looks no farther than four times as many', () => {
  expect(largerSizes(100)).toEqual([125, 150, 200, 300, 400])
  expect(largerSizes(2)).toEqual([3, 4, 6, 8])
})

it('takes fewer folds and orders the more there is to judge', () => {
  expect([58, 500, 600, 5000].map(defaultFolds)).toEqual([5, 4, 4, 3])
  expect([290, 1000, 2300, 9000].map(defaultDraws)).toEqual([3, 2, 1, 1])
})
