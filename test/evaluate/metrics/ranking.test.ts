/** Laws of the ranking figures, and slow but obvious twins of them. */

import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../../src/errors.ts'
import { averagePrecision } from '../../../src/evaluate/metrics/precision-recall.ts'
import { auroc, partialAuroc } from '../../../src/evaluate/metrics/roc.ts'
import fc from '../../fast-check.ts'

interface Row {
  readonly score: number
  readonly label: number
}
const scoresOf = (rows: readonly Row[]) => Float64Array.from(rows, ({ score }) => score)
const labelsOf = (rows: readonly Row[]) => Uint8Array.from(rows, ({ label }) => label)

/** Every pair of an anomalous and a nominal row, one by one. */
function countPairs(rows: readonly Row[]): number {
  const anomalous = rows.filter(({ label }) => label === 1)
  const nominal = rows.filter(({ label }) => label === 0)
  const won = anomalous.flatMap((a) =>
    nominal.map((n) => (a.score > n.score ? 1 : a.score === n.score ? 0.5 : 0)),
  )
  return won.reduce((sum: number, win) => sum + win, 0) / (anomalous.length * nominal.length)
}

/** For every anomalous row: precision among the rows that score at least as high. */
function meanPrecision(rows: readonly Row[]): number {
  const anomalous = rows.filter(({ label }) => label === 1)
  const precisions = anomalous.map(({ score }) => {
    const above = rows.filter((row) => row.score >= score)
    return above.filter(({ label }) => label === 1).length / above.length
  })
  return precisions.reduce((sum, precision) => sum + precision, 0) / anomalous.length
}

/** The ROC as a function, integrated in many small steps. */
function partialBySteps(rows: readonly Row[], maxFpr: number): number {
  const points = [Infinity, ...[...new Set(scoresOf(rows))].sort((x, y) => y - x)].map((threshold) => {
    const rate = (label: number) => {
      const own = rows.filter((row) => row.label === label)
      return own.filter(({ score }) => score >= threshold).length / own.length
    }
    return { x: rate(0), y: rate(1) }
  })
  const steps = 20_000
  let area = 0
  for (let step = 0; step < steps; step++) {
    const x = ((step + 0.5) / steps) * maxFpr
    const next = points.findIndex((point) => point.x >= x)
    const [p, q] = [points[next - 1]!, points[next]!]
    area += ((p.y + ((q.y - p.y) * (x - p.x)) / (q.x - p.x)) * maxFpr) / steps
  }
  const least = maxFpr ** 2 / 2
  return 0.5 * (1 + (area - least) / (maxFpr - least))
}

const rows = fc
  .array(fc.record({ score: fc.integer({ min: -4, max: 4 }), label: fc.constantFrom(0, 1) }), {
    minLength: 2,
    maxLength: 30,
  })
  .filter((items) => new Set(items.map(({ label }) => label)).size === 2)

describe('auroc', () => {
  it('counts pairs, ties one half', () => {
    fc.assert(
      fc.property(rows, (items) => {
        expect(auroc(scoresOf(items), labelsOf(items))).toBeCloseTo(countPairs(items), 12)
      }),
    )
  })
  it('ignores any increasing map and any order of rows; -s turns it round', () => {
    fc.assert(
      fc.property(rows, (items) => {
        const area = auroc(scoresOf(items), labelsOf(items))!
        expect(auroc(scoresOf(items).map(Math.exp), labelsOf(items))).toBe(area)
        expect(auroc(scoresOf(items).reverse(), labelsOf(items).reverse())).toBe(area)
        expect(
          auroc(
            scoresOf(items).map((score) => -score),
            labelsOf(items),
          )! + area,
        ).toBeCloseTo(1, 12)
      }),
    )
  })
  it('keeps scores apart that float32 or a sigmoid would merge', () => {
    const scores = Float64Array.of(50, 50 + 1e-12, 60)
    expect(auroc(scores, Uint8Array.of(0, 1, 1))).toBe(1)
  })
  it('takes infinite scores, and -0 for 0', () => {
    expect(auroc(Float64Array.of(-Infinity, Infinity, 0), Uint8Array.of(0, 1, 0))).toBe(1)
    expect(auroc(Float64Array.of(-0, 0), Uint8Array.of(0, 1))).toBe(0.5)
  })
  it('needs both labels, numbers, and as many labels as scores', () => {
    expect(auroc(Float64Array.of(1, 2), Uint8Array.of(1, 1))).toBeNull()
    expect(auroc(new Float64Array(0), new Uint8Array(0))).toBeNull()
    expect(() => auroc(Float64Array.of(1, Number.NaN), Uint8Array.of(0, 1))).toThrow(/score 1 of 2: .*NaN/)
    expect(() => auroc(Float64Array.of(1, 2), Uint8Array.of(1))).toThrow(ShapeError)
  })
})

describe('partialAuroc', () => {
  it('integrates the ROC, a block of ties as a straight line', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(0.05, 0.1, 0.3, 0.75), (items, maxFpr) => {
        const got = partialAuroc(scoresOf(items), labelsOf(items), maxFpr)!
        expect(got).toBeCloseTo(partialBySteps(items, maxFpr), 3)
      }),
      { numRuns: 40 },
    )
  })
  it('is the AUROC at a rate of 1, 1 for a perfect and 0.5 for a blind ranking', () => {
    fc.assert(
      fc.property(rows, (items) => {
        const [scores, labels] = [scoresOf(items), labelsOf(items)]
        expect(partialAuroc(scores, labels, 1)).toBeCloseTo(auroc(scores, labels)!, 12)
        expect(partialAuroc(Float64Array.from(labels), labels, 0.1)).toBeCloseTo(1, 12)
        expect(partialAuroc(new Float64Array(labels.length), labels, 0.1)).toBeCloseTo(0.5, 12)
      }),
    )
  })
  it('equals the area worked out by hand, and refuses other rates', () => {
    // Half of the anomalous rows lie above every nominal one, the other half between: area 0.25, chance 0.125, best 0.5.
    const [scores, labels] = [Float64Array.of(0.1, 0.4, 0.35, 0.8), Uint8Array.of(0, 0, 1, 1)]
    expect(partialAuroc(scores, labels, 0.5)).toBeCloseTo(0.5 * (1 + 0.125 / 0.375), 12)
    expect(partialAuroc(scores, Uint8Array.of(0, 0, 0, 0), 0.5)).toBeNull()
    expect(() => partialAuroc(scores, labels, 0)).toThrow(/above 0, at most 1, got 0/)
  })
})

describe('averagePrecision', () => {
  it('is the mean precision over the anomalous rows', () => {
    fc.assert(
      fc.property(rows, (items) => {
        expect(averagePrecision(scoresOf(items), labelsOf(items))).toBeCloseTo(meanPrecision(items), 12)
      }),
    )
  })
  it('is the share of anomalous rows where all scores are equal, 1 without nominal rows, null without anomalous ones', () => {
    expect(averagePrecision(Float64Array.of(3, 3, 3, 3), Uint8Array.of(1, 0, 0, 0))).toBe(0.25)
    expect(averagePrecision(Float64Array.of(3, 4), Uint8Array.of(1, 1))).toBe(1)
    expect(averagePrecision(Float64Array.of(3, 4), Uint8Array.of(0, 0))).toBeNull()
  })
})
