/** A whole evaluation without a detector: scores are normal, anomalous ones shifted. */
import type { Sample } from '../../src/dataset/sample.ts'
import { evaluateFold, type FoldResult, type FoldSettings } from '../../src/evaluate/evaluate-fold.ts'
import { planFolds, splitDefaults } from '../../src/evaluate/split.ts'
import { groupUnits, partsKnown, resolveUnit } from '../../src/evaluate/units.ts'
import { createRandom } from '../../src/math/random.ts'

export const simulatedSettings: FoldSettings = {
  unit: 'image',
  partsKnown: false,
  partScore: { rule: 'max' },
  prevalence: 0.02,
  costEscape: 100,
  costOverkill: 5,
  partialFpr: 0.1,
  choose: (scores, labels) => {
    const mean = (label: number) => {
      const kept = scores.filter((_, i) => labels[i] === label)
      return kept.reduce((sum, score) => sum + score, 0) / kept.length
    }
    return { threshold: (mean(0) + mean(1)) / 2, reviewThreshold: null }
  },
}

export function simulateRun(
  samples: readonly Sample[],
  score: (sample: Sample, noise: number) => number,
  options: { folds?: number; seed?: number; settings?: Partial<FoldSettings> } = {},
): { results: readonly FoldResult[]; settings: FoldSettings } {
  const { folds = 4, seed = 0 } = options
  const unit = resolveUnit(samples, 'auto')
  const settings = { ...simulatedSettings, unit, partsKnown: partsKnown(samples), ...options.settings }
  const plans = planFolds(groupUnits(samples, unit), { ...splitDefaults, folds, seed })
  const random = createRandom(seed, 'scores')
  const noise = new Map(samples.map((sample) => [sample.id, random.normal()]))
  const scored = (role: readonly Sample[]) =>
    role.map((sample) => ({ sample, score: score(sample, noise.get(sample.id)!) }))
  const results = plans.map((plan) =>
    evaluateFold(
      {
        plan,
        threshold: scored(plan.threshold),
        inference: scored(plan.inference),
        pixel: null,
        seconds: { fit: 1, score: 1 },
      },
      settings,
    ),
  )
  return { results, settings }
}

export const shifted = (by: number) => (sample: Sample, noise: number) =>
  noise + (sample.label === 'anomalous' ? by : 0)
