import { describe, expect, it } from 'vitest'
import { drawSupports } from '../../src/evaluate/draw-supports.ts'
import { planFolds, splitDefaults } from '../../src/evaluate/split.ts'
import { groupUnits } from '../../src/evaluate/units.ts'
import { samples } from './samples.ts'

const units = groupUnits(samples(100, 30), 'image')
const plans = planFolds(units, { ...splitDefaults, folds: 3 })

describe('drawSupports', () => {
  const few = drawSupports(plans, units, { shots: 5, draws: 4, seed: 0 })

  it('draws supports anew for every fold and draw, and leaves the other roles alone', () => {
    expect(few.map(({ fold }) => fold)).toEqual([...Array(12).keys()])
    expect(new Set(few.map(({ unitIds }) => unitIds.train.join())).size).toBe(12)
    for (const [i, plan] of few.entries()) {
      const whole = plans[Math.floor(i / 4)]!
      expect(plan.unitIds.inference).toEqual(whole.unitIds.inference)
      expect(plan.unitIds.threshold).toEqual(whole.unitIds.threshold)
      expect(plan.train.map(({ id }) => `image:${id}`)).toEqual(plan.unitIds.train)
      expect(whole.unitIds.train).toEqual(expect.arrayContaining([...plan.unitIds.train]))
      expect([plan.counts.train, plan.units.train]).toEqual([5, 5])
    }
  })

  it('grows supports: more shots hold the fewer of the same draw', () => {
    const more = drawSupports(plans, units, { shots: 9, draws: 4, seed: 0 })
    for (const [i, plan] of more.entries()) {
      expect(plan.unitIds.train).toEqual(expect.arrayContaining([...few[i]!.unitIds.train]))
    }
  })

  it('follows the seed, and the fold whatever the number of folds', () => {
    const other = drawSupports(plans, units, { shots: 5, draws: 4, seed: 1 })
    expect(other[0]!.unitIds.train).not.toEqual(few[0]!.unitIds.train)
    expect(drawSupports(plans.slice(0, 1), units, { shots: 5, draws: 4, seed: 0 })).toEqual(few.slice(0, 4))
  })

  it('refuses more shots than there are units', () => {
    expect(() => drawSupports(plans, units, { shots: 99, draws: 1, seed: 0 })).toThrow('take at most')
  })
})
