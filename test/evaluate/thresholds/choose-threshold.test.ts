import { describe, expect, it } from 'vitest'
import { StatisticalError, UsageError } from '../../../src/errors.ts'
import {
  balancedAccuracy,
  confusionAt,
  costPer1000,
  f1,
  sensitivity,
  specificity,
} from '../../../src/evaluate/metrics/confusion.ts'
import { createChooser } from '../../../src/evaluate/thresholds/choose-threshold.ts'
import { thresholdGuarantee } from '../../../src/evaluate/thresholds/threshold-guarantee.ts'
import type { PolicyName } from '../../../src/evaluate/thresholds/threshold-settings.ts'
import { type ThresholdRequest, thresholdSettings } from '../../../src/options/operating-point.ts'
import fc from '../../fast-check.ts'
import { factory, settings } from './settings.ts'

const labelled = ['youden', 'f1', 'balanced', 'cost'] as const
const nominalOnly = ['max-fpr', 'neyman-pearson', 'conformal', 'sigma'] as const
const thresholdPolicies = [...labelled, ...nominalOnly] as const

interface Row {
  readonly score: number
  readonly label: number
}
const scoresOf = (rows: readonly Row[]) => Float64Array.from(rows, ({ score }) => score)
const labelsOf = (rows: readonly Row[]) => Uint8Array.from(rows, ({ label }) => label)
const choose = (policy: PolicyName, rows: readonly Row[], more = {}) =>
  createChooser(settings(policy, more), factory)(scoresOf(rows), labelsOf(rows))
const nominal = (...scores: number[]): Row[] => scores.map((score) => ({ score, label: 0 }))
const anomalous = (...scores: number[]): Row[] => scores.map((score) => ({ score, label: 1 }))
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

const rows = fc
  .array(fc.record({ score: fc.integer({ min: 0, max: 9 }), label: fc.constantFrom(0, 1) }), {
    minLength: 2,
    maxLength: 30,
  })
  .filter((items) => new Set(items.map(({ label }) => label)).size === 2)

/** Every threshold there is: infinity and each score, from above. */
const candidates = (items: readonly Row[]): number[] => [
  Infinity,
  ...[...new Set(scoresOf(items))].sort((a, b) => b - a),
]

describe('policies that need defects', () => {
  it.each([
    ['youden', (counts) => balancedAccuracy(counts)!, 'first'],
    ['f1', (counts) => f1(counts)!, 'last'],
    ['balanced', (counts) => -Math.abs(sensitivity(counts)! - specificity(counts)!), 'first'],
    ['cost', (counts) => -costPer1000(counts, factory)!, 'first'],
  ] as [PolicyName, (counts: ReturnType<typeof confusionAt>) => number, 'first' | 'last'][])(
    '%s: no other threshold does better, and ties are kept in order',
    (policy, value, tie) => {
      fc.assert(
        fc.property(rows, (items) => {
          const all = candidates(items)
          const figures = all.map((threshold) =>
            value(confusionAt(scoresOf(items), labelsOf(items), threshold)),
          )
          const best = Math.max(...figures)
          const ties = all.filter((_, i) => figures[i]! >= best - 1e-9)
          expect(choose(policy, items).threshold).toBe(tie === 'first' ? ties[0] : ties.at(-1))
        }),
        { numRuns: 300 },
      )
    },
  )
  it.each(labelled)('%s: the threshold goes along with any increasing map of the scores', (policy) => {
    fc.assert(
      fc.property(rows, (items) => {
        const map = (score: number) => Math.exp(score / 3) - 7
        const mapped = items.map(({ score, label }) => ({ score: map(score), label }))
        expect(choose(policy, mapped).threshold).toBe(map(choose(policy, items).threshold))
      }),
    )
  })
  it.each(labelled)('%s: neither the order of rows nor their repetition matters', (policy) => {
    fc.assert(
      fc.property(rows, (items) => {
        const { threshold } = choose(policy, items)
        expect(choose(policy, [...items].reverse()).threshold).toBe(threshold)
        expect(
          choose(
            policy,
            items.flatMap((row) => [row, row, row]),
          ).threshold,
        ).toBe(threshold)
      }),
    )
  })
  it('put the threshold at the lowest score that is called anomalous', () => {
    const apart = [...nominal(1, 2), ...anomalous(8, 9)]
    for (const policy of labelled) expect(choose(policy, apart).threshold).toBe(8)
  })
  it('weigh costs and prevalence: dear escapes lower the threshold, dear overkill raises it', () => {
    const mixed = [...nominal(1, 2, 3, 4, 5, 7), ...anomalous(2.5, 4.5, 6, 8, 9)]
    const at = (costEscape: number, prevalence = 0.02) =>
      createChooser(settings('cost'), { prevalence, costEscape, costOverkill: 1 })(
        scoresOf(mixed),
        labelsOf(mixed),
      ).threshold
    expect(at(1e6)).toBe(2.5)
    expect(at(10)).toBe(8)
    expect(at(10, 0.5)).toBe(2.5)
    expect(at(0.01)).toBe(8) // nothing is rejected for nothing here
    expect(at(0)).toBe(Infinity)
  })
  it('would rather call nothing anomalous than throw a coin', () => {
    const blind = [...nominal(3, 3, 3), ...anomalous(3, 3, 3)]
    for (const policy of ['youden', 'balanced', 'cost'] as const) {
      expect(choose(policy, blind).threshold).toBe(Infinity)
    }
    expect(choose('f1', blind).threshold).toBe(3)
  })
  it.each(labelled)('%s: says which policies work without defects', (policy) => {
    const run = () => choose(policy, nominal(1, 2, 3))
    expect(run).toThrow(StatisticalError)
    expect(run).toThrow(/got 3 nominal and 0 anomalous.*conformal, neyman-pearson, max-fpr, sigma/)
  })
})

describe('policies that look at nominal scores', () => {
  const enough = nominal(...upTo(100))
  it.each(nominalOnly)('%s: defects change nothing', (policy) => {
    const { threshold } = choose(policy, enough)
    expect(choose(policy, [...enough, ...anomalous(-5, 50, 500)]).threshold).toBe(threshold)
    expect(threshold).toBeGreaterThan(80)
  })
  it.each(['max-fpr', 'neyman-pearson', 'conformal'] as const)(
    '%s: verdicts go along with any increasing map of the scores',
    (policy) => {
      const rejected = (map: (score: number) => number) => {
        const mapped = enough.map(({ score, label }) => ({ score: map(score), label }))
        const { threshold } = choose(policy, mapped)
        return mapped.filter(({ score }) => score >= threshold).length
      }
      expect(rejected((score) => Math.exp(score / 9))).toBe(rejected((score) => score))
      expect(rejected((score) => score)).toBeGreaterThan(0)
    },
  )
  it.each(nominalOnly)('%s: passes scores that are all equal', (policy) => {
    const { threshold } = choose(policy, nominal(...Array.from({ length: 80 }, () => 0.1)))
    expect(threshold).toBeGreaterThan(0.1)
    expect(threshold).toBeLessThan(0.1 + 1e-15)
  })
  it.each([...labelled, ...nominalOnly])('%s: needs nominal scores', (policy) => {
    expect(() => choose(policy, anomalous(1, 2))).toThrow(
      /needs nominal scores, got 0 nominal and 2 anomalous/,
    )
    expect(() => choose(policy, [])).toThrow(StatisticalError)
  })

  it('max-fpr: as many nominal scores at or above as the rate allows, and not one more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 99 }),
        (scores, hundredths) => {
          const alpha = hundredths / 100
          const { threshold } = choose('max-fpr', nominal(...scores), { alpha })
          const rate = (at: number) => scores.filter((score) => score >= at).length / scores.length
          expect(rate(threshold)).toBeLessThanOrEqual(alpha)
          // Any lower threshold would reach the tied scores right below it.
          const next = Math.max(...scores.filter((score) => score < threshold))
          expect(rate(next)).toBeGreaterThan(alpha)
        },
      ),
    )
  })
  it('max-fpr: 29 % of 100 are 29, whatever 0.29 * 100 rounds to', () => {
    const { threshold } = choose('max-fpr', enough, { alpha: 0.29 })
    expect(enough.filter(({ score }) => score >= threshold)).toHaveLength(29)
  })
  it('conformal: the r-th smallest of n, r = the whole number from (n + 1)(1 - alpha) on', () => {
    for (const n of [19, 20, 38, 39, 100]) {
      const { threshold } = choose('conformal', nominal(...upTo(n)))
      const rank = Math.ceil((n + 1) * 0.95 - 1e-9)
      expect(threshold).toBeGreaterThan(rank)
      expect(threshold).toBeLessThan(rank + 1e-9)
    }
  })
  it('sigma: mean and k sample standard deviations', () => {
    expect(choose('sigma', nominal(1, 2, 3, 4), { sigmaK: 2 }).threshold).toBeCloseTo(
      2.5 + 2 * Math.sqrt(5 / 3),
      12,
    )
    expect(() => choose('sigma', nominal(1))).toThrow(/at least 2 nominal scores, got 1/)
  })
})

describe('review band', () => {
  const mixed = [...nominal(...upTo(100)), ...anomalous(10, 20, 30, 40, 50, 60, 70, 80, 90, 200)]
  it('is not there unless asked for', () => {
    expect(choose('max-fpr', mixed).reviewThreshold).toBeNull()
  })
  it.each([
    [0.05, 10],
    [0.1, 20],
    [0.29, 30],
    [0.3, 40],
    [0.85, 90],
  ])('lets at most %d of the anomalous scores lie below', (reviewEscape, want) => {
    expect(choose('max-fpr', mixed, { reviewEscape }).reviewThreshold).toBe(want)
  })
  it('is empty where the threshold alone lets less escape', () => {
    const { threshold, reviewThreshold } = choose('max-fpr', mixed, { reviewEscape: 0.95 })
    expect(reviewThreshold).toBe(threshold)
  })
  it('keeps tied anomalous scores together, on the careful side', () => {
    const tied = [...nominal(1, 2, 3), ...anomalous(1, 1, 1, 4)]
    expect(choose('youden', tied, { reviewEscape: 0.5 }).reviewThreshold).toBe(1)
  })
  it('needs defects, whatever the policy', () => {
    expect(() => choose('max-fpr', nominal(1, 2, 3), { reviewEscape: 0.1 })).toThrow(
      /--review-escape.*there are none/,
    )
  })
})

describe('createChooser', () => {
  it('takes what the command line says', () => {
    const request: ThresholdRequest = {
      threshold: 'youden',
      alpha: 0.1,
      delta: 0.05,
      sigmaK: 3,
      reviewEscape: null,
    }
    const chooser = createChooser(thresholdSettings(request), factory)
    expect(chooser(Float64Array.of(1, 2), Uint8Array.of(0, 1)).threshold).toBe(2)
  })
  it('leaves its arguments as they are', () => {
    const scores = Float64Array.of(3, 1, 2)
    createChooser(settings('max-fpr', { reviewEscape: 0.5 }), factory)(scores, Uint8Array.of(0, 1, 0))
    expect([...scores]).toEqual([3, 1, 2])
  })
  it.each([Number.NaN, Infinity, -Infinity])('refuses %d among the scores', (wrong) => {
    for (const policy of thresholdPolicies) {
      expect(() => choose(policy, [...nominal(1, wrong), ...anomalous(2)])).toThrow(
        `threshold set, score 1 of 3: expected a finite number, got ${wrong}`,
      )
    }
  })
  it('refuses settings outside their range, but only those that the policy reads', () => {
    const create = (policy: PolicyName, more: object) => () => createChooser(settings(policy, more), factory)
    expect(create('conformal', { alpha: 5 })).toThrow(UsageError)
    expect(create('conformal', { alpha: 5 })).toThrow(/expected alpha between 0 and 1, got 5/)
    expect(create('neyman-pearson', { delta: 0 })).toThrow(/expected delta/)
    expect(create('sigma', { sigmaK: -1 })).toThrow(/deviations above 0, got -1/)
    expect(create('youden', { reviewEscape: 1 })).toThrow(/review escape rate/)
    expect(create('youden', { alpha: 5, delta: 0, sigmaK: -1 })).not.toThrow()
  })
})

describe('thresholdGuarantee', () => {
  it('promises only what a policy keeps', () => {
    const promising = thresholdPolicies.filter(
      (policy) => !/^none: /.test(thresholdGuarantee(settings(policy))),
    )
    expect(promising).toEqual(['neyman-pearson', 'conformal'])
    expect(thresholdGuarantee(settings('neyman-pearson', { alpha: 0.001, delta: 0.1 }))).toMatch(
      /^false-alarm rate at most 0.1 % with 90 % confidence/,
    )
    expect(thresholdGuarantee(settings('conformal', { alpha: 0.07 }))).toMatch(/at most 7 % on average/)
    expect(thresholdGuarantee(settings('sigma', { sigmaK: 2.5 }))).toMatch(/2.5 standard deviations/)
  })
})
