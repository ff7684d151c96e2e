import { describe, expect, test } from 'vitest'
import { binScores } from '../../src/report/charts/histogram.ts'
import { wholeParts } from '../../src/report/charts/icon-array.ts'
import { niceTicks } from '../../src/report/charts/plot.ts'
import { curvesOf } from '../../src/report/curves.ts'
import { tradeOff, whatIfData } from '../../src/report/sections/what-if-panel.ts'
import { consequences, type FoldScores, whatIfScores } from '../../src/report/what-if.ts'
import fc from '../fast-check.ts'
import { figures, fixtureRun } from './fixture.ts'

const run = fixtureRun(2)
const scores = whatIfScores(run.evaluation, run.rows)
const setting = { shift: 0, prevalence: 0.02, costEscape: 100, costOverkill: 2.5 }

const ascending = fc
  .array(fc.integer({ min: -8, max: 8 }), { maxLength: 12 })
  .map((list) => list.sort((a, b) => a - b))
const someFolds = fc.array(
  fc.record({
    fold: fc.nat(9),
    threshold: fc.integer({ min: -9, max: 9 }),
    nominal: ascending,
    anomalous: ascending,
  }),
  { minLength: 1, maxLength: 4 },
)

describe('consequences', () => {
  test('at shift 0 they repeat what the run recorded, for parts', () => {
    expect(scores.level).toBe('part')
    const result = consequences(scores.folds, setting)
    const { part } = run.evaluation.metrics
    expect(result.escapeRate.mean).toBeCloseTo(part!.escapeRate.mean!, 12)
    expect(result.overkillRate.mean).toBeCloseTo(part!.overkillRate.mean!, 12)
    expect(result.precision.mean).toBeCloseTo(part!.precision.mean!, 12)
    expect(result.npv.mean).toBeCloseTo(part!.npv.mean!, 12)
    expect(result.costPer1000.mean).toBeCloseTo(part!.costPer1000.mean!, 9)
    expect(result.missed).toBe(run.evaluation.folds.reduce((sum, fold) => sum + fold.confusion.part!.fn, 0))
  })

  test('parts whose counts cannot be repeated fall back to images', () => {
    const evaluation = structuredClone(run.evaluation)
    evaluation.folds[0]!.confusion.part!.fn += 1
    expect(whatIfScores(evaluation, run.rows).level).toBe('image')
  })

  test('equal counting, for any scores and shift', () => {
    fc.assert(
      fc.property(someFolds, fc.integer({ min: -5, max: 5 }), (folds: FoldScores[], shift) => {
        const result = consequences(folds, { ...setting, shift })
        let missed = 0
        const rates: number[] = []
        for (const fold of folds) {
          const lost = fold.anomalous.filter((score) => score < fold.threshold + shift).length
          missed += lost
          if (fold.anomalous.length > 0) rates.push(lost / fold.anomalous.length)
        }
        expect(result.missed).toBe(missed)
        if (rates.length === 0) expect(result.escapeRate.mean).toBeNull()
        else expect(result.escapeRate.mean).toBeCloseTo(rates.reduce((a, b) => a + b, 0) / rates.length, 12)
      }),
    )
  })

  test('raising the threshold never catches more nor scraps more', () => {
    fc.assert(
      fc.property(someFolds, fc.nat(6), (folds: FoldScores[], up) => {
        const [low, high] = [0, up].map((shift) => consequences(folds, { ...setting, shift }))
        expect(high!.missed).toBeGreaterThanOrEqual(low!.missed)
        expect(high!.rejected).toBeLessThanOrEqual(low!.rejected)
      }),
    )
  })

  test('its source stands alone: it runs outside this module', () => {
    const alone = new Function('__name', `return ${consequences.toString()}`)((value: unknown) => value)
    expect(alone(scores.folds, setting)).toEqual(consequences(scores.folds, setting))
  })
})

describe('trade-off', () => {
  test('keeps to each bound, and a lower threshold of that kind would not', () => {
    const data = whatIfData(run.evaluation, scores)!
    const rows = tradeOff(data)
    expect(rows.length).toBeGreaterThan(3)
    for (const { target, shift, result } of rows) {
      expect(result.overkillRate.mean!).toBeLessThanOrEqual(target)
      const below = data.folds
        .flatMap((fold) => fold.nominal.map((value) => value - fold.threshold))
        .filter((gap) => gap < shift - 1e-6)
      const next = Math.max(...below)
      if (Number.isFinite(next)) {
        const rate = consequences(data.folds, { ...setting, shift: next - 1e-9 }).overkillRate.mean!
        expect(rate).toBeGreaterThan(target)
      }
    }
  })
})

describe('curves', () => {
  test('the area under a fold’s ROC is its AUROC, ties included', () => {
    fc.assert(
      fc.property(ascending, ascending, (nominal, anomalous) => {
        if (nominal.length === 0 || anomalous.length === 0) return
        const { folds } = curvesOf([{ fold: 0, threshold: 0, nominal, anomalous }], 0.1)
        const points = folds[0]!.roc
        let area = 0
        for (let i = 1; i < points.length; i++) {
          area += ((points[i]!.x - points[i - 1]!.x) * (points[i]!.y + points[i - 1]!.y)) / 2
        }
        const units = [
          ...nominal.map((score) => ({ label: 'nominal' as const, score })),
          ...anomalous.map((score) => ({ label: 'anomalous' as const, score })),
        ]
        expect(area).toBeCloseTo(figures(units, 0).metrics.auroc!, 12)
        expect(points[0]).toEqual({ x: 0, y: 0 })
        expect(points.at(-1)).toEqual({ x: 1, y: 1 })
      }),
    )
  })

  test('every fold’s operating point lies on its curves', () => {
    for (const { roc, operating } of curvesOf(scores.folds, 0.02).folds) {
      expect(roc).toContainEqual({ x: operating.fpr, y: operating.tpr })
    }
  })

  test('rarer defects never raise precision', () => {
    const { factoryPr } = curvesOf(scores.folds, 0.02)
    const { pr } = curvesOf(scores.folds, 0.5)
    factoryPr.forEach((point, i) => {
      expect(point.y).toBeLessThanOrEqual(pr.mean[i]!.y + 1e-12)
    })
  })
})

describe('pictures of numbers', () => {
  test('a thousand dots are a thousand, each kind within one of its expectation', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, share, share, (p, missed, rejected) => {
        const parts = wholeParts(p, missed, rejected)
        expect(parts.escaped + parts.caught + parts.scrapped + parts.passed).toBe(1000)
        expect(Math.abs(parts.escaped - 1000 * p * missed)).toBeLessThan(1)
        expect(Math.abs(parts.scrapped - 1000 * (1 - p) * rejected)).toBeLessThan(1)
      }),
    )
  })

  test('every score falls into one bin', () => {
    const bins = binScores(scores.folds)
    const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0)
    expect(sum(bins.nominal)).toBe(sum(scores.folds.map((fold) => fold.nominal.length)))
    expect(sum(bins.anomalous)).toBe(sum(scores.folds.map((fold) => fold.anomalous.length)))
    expect(sum(binScores([{ fold: 0, threshold: 1, nominal: [1], anomalous: [1] }]).nominal)).toBe(1)
  })

  test.each([
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-3, 3, [-3, -2, -1, 0, 1, 2, 3]],
    [5, 5, [5]],
  ])('ticks of %d..%d are round', (low, high, ticks) => {
    expect(niceTicks(low, high)).toEqual(ticks)
  })
})
