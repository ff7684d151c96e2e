import { describe, expect, it } from 'vitest'
import { aggregate } from '../../src/evaluate/aggregate.ts'
import { supportSpread, varianceOfOneSupport } from '../../src/evaluate/support-spread.ts'
import { createRandom } from '../../src/math/random.ts'
import { samples } from './samples.ts'
import { shifted, simulateRun } from './simulated-run.ts'

describe('supportSpread', () => {
  it('tells the spread within folds from that of their means', () => {
    // Means 2 and 6; within, 2 on 1 degree of freedom and 8 on 1.
    expect(supportSpread([1, 3, 4, 8], 2)).toEqual({
      folds: 2,
      foldVariance: 8,
      supportVariance: 5,
      degreesOfFreedom: 2,
    })
  })
  it('leaves undefined figures out, and says nothing of supports where each fold has one', () => {
    expect(supportSpread([1, null, null, null, 5, 7], 2)).toMatchObject({ folds: 2, degreesOfFreedom: 1 })
    expect(supportSpread([1, 2, 3], 1)).toMatchObject({ folds: 3, foldVariance: 1, supportVariance: null })
  })
  it('finds the components it was drawn with', () => {
    const random = createRandom(4)
    const [between, within, draws] = [0.5, 2, 4]
    const values = Array.from({ length: 2000 }, () => random.normal() * between).flatMap((fold) =>
      Array.from({ length: draws }, () => fold + within * random.normal()),
    )
    const { foldVariance, supportVariance } = supportSpread(values, draws)
    expect(supportVariance).toBeCloseTo(within ** 2, 0)
    expect(foldVariance).toBeCloseTo(between ** 2 + within ** 2 / draws, 0)
  })
})

it('adds the variance of one support to that of the mean', () => {
  const one = varianceOfOneSupport({ variance: 1, degreesOfFreedom: 4 }, { variance: 3, degreesOfFreedom: 9 })
  expect(one).toEqual({ variance: 4, degreesOfFreedom: 16 / (1 / 4 + 9 / 9) })
})

describe('aggregate over supports', () => {
  const { results, settings } = simulateRun(samples(120, 40), shifted(1), { folds: 6 })
  const { auroc } = aggregate(results, { ...settings, draws: 2 }, createRandom(0)).metrics.image

  it('gives an interval for one support beside that of the mean, which is the narrower', () => {
    const [low, high] = auroc.support!.ci
    expect(low!).toBeLessThan(auroc.ci[0]!)
    expect(high!).toBeGreaterThan(auroc.ci[1]!)
    expect(auroc.support!.sd).toBeCloseTo(Math.sqrt(supportSpread(auroc.perFold, 2).supportVariance!), 12)
  })
  it('says nothing of supports where all may train', () => {
    expect(aggregate(results, settings, createRandom(0)).metrics.image.auroc).not.toHaveProperty('support')
  })
})
