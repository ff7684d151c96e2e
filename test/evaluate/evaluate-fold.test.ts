import { describe, expect, it } from 'vitest'
import { evaluateFold } from '../../src/evaluate/evaluate-fold.ts'
import { planFolds, splitDefaults } from '../../src/evaluate/split.ts'
import { groupUnits } from '../../src/evaluate/units.ts'
import { samples } from './samples.ts'
import { simulatedSettings } from './simulated-run.ts'

const plan = planFolds(groupUnits(samples(60, 20), 'image'), { ...splitDefaults, folds: 1 })[0]!
const scored = (role: 'threshold' | 'inference', anomalous: number, nominal: number) =>
  plan[role].map((sample) => ({ sample, score: sample.label === 'anomalous' ? anomalous : nominal }))
const input = (threshold: number) => ({
  plan,
  threshold: scored('threshold', threshold, 0),
  inference: scored('inference', 2, 1),
  pixel: null,
  seconds: { fit: 0, score: 0 },
})

describe('evaluateFold', () => {
  it('chooses the threshold on the threshold set alone', () => {
    const seen: number[][] = []
    const choose = (scores: Float64Array) => {
      seen.push([...scores].sort())
      return { threshold: 1.5, reviewThreshold: null }
    }
    evaluateFold(input(9), { ...simulatedSettings, choose })
    expect(seen[0]).toEqual([...Array(10).fill(0), ...Array(10).fill(9)])
    // The second call is the naive one, on both sets together.
    expect(seen[1]).toHaveLength(40)
  })
  it('applies it to the inference set, where it may fail', () => {
    const result = evaluateFold(input(10), simulatedSettings)
    expect(result.image.threshold).toBe(5)
    expect(result.image.confusion).toEqual({ tp: 0, fp: 0, tn: 10, fn: 10 })
    expect(result.image.figures).toMatchObject({
      auroc: 1,
      escapeRate: 1,
      overkillRate: 0,
      costPer1000: 2000,
    })
  })
  it('takes naive figures on both sets together, honest ones on the inference set', () => {
    // Of both: 0 and 1 are good, 0.5 and 2 defective; three of four pairs are in order.
    const { image } = evaluateFold(input(0.5), simulatedSettings)
    expect([image.naive.auroc, image.figures.auroc]).toEqual([0.75, 1])
  })
  it('sends what lies between the two thresholds to a person', () => {
    const choose = () => ({ threshold: 2, reviewThreshold: 1 })
    const { image, scoreRows } = evaluateFold(input(2), { ...simulatedSettings, choose })
    expect(image.reviewRate).toBe(0.5)
    const decisions = new Set(scoreRows.map((row) => `${row.role} ${row.label} ${row.decision}`))
    expect([...decisions].sort()).toEqual([
      'inference anomalous anomalous',
      'inference nominal review',
      'threshold anomalous anomalous',
      'threshold nominal nominal',
    ])
  })
})
