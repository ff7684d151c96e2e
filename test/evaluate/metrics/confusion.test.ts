import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../../src/errors.ts'
import * as figures from '../../../src/evaluate/metrics/confusion.ts'

const counts = { tp: 8, fn: 2, tn: 90, fp: 10 }

describe('confusionAt', () => {
  it('calls a row anomalous at the threshold itself', () => {
    const scores = Float64Array.of(1, 2, 2, 3)
    expect(figures.confusionAt(scores, Uint8Array.of(0, 1, 0, 1), 2)).toEqual({ tp: 2, fp: 1, tn: 1, fn: 0 })
    expect(figures.confusionAt(scores, Uint8Array.of(0, 1, 0, 1), Infinity)).toEqual({
      tp: 0,
      fp: 0,
      tn: 2,
      fn: 2,
    })
  })
  it('needs as many labels as scores', () => {
    expect(() => figures.confusionAt(Float64Array.of(1, 2), Uint8Array.of(1), 2)).toThrow(ShapeError)
  })
})

describe('figures of counts', () => {
  it.each([
    ['sensitivity', figures.sensitivity(counts), 0.8],
    ['escapeRate', figures.escapeRate(counts), 0.2],
    ['specificity', figures.specificity(counts), 0.9],
    ['overkillRate', figures.overkillRate(counts), 0.1],
    ['balancedAccuracy', figures.balancedAccuracy(counts), 0.85],
    ['f1', figures.f1(counts), 16 / 28],
    ['mcc', figures.mcc(counts), (8 * 90 - 10 * 2) / Math.sqrt(18 * 10 * 100 * 92)],
    // In 1,000 parts at 2 %: 20 defective, 16 caught; 980 good, 98 rejected, 882 passed.
    ['precisionAt', figures.precisionAt(counts, 0.02), 16 / (16 + 98)],
    ['npvAt', figures.npvAt(counts, 0.02), 882 / (882 + 4)],
    [
      'costPer1000',
      figures.costPer1000(counts, { prevalence: 0.02, costEscape: 50, costOverkill: 3 }),
      4 * 50 + 98 * 3,
    ],
  ])('%s', (_, got, want) => expect(got).toBeCloseTo(want, 12))

  it('take precision and NPV at the mix of the rows back to their counts', () => {
    expect(figures.precisionAt(counts, 10 / 110)).toBeCloseTo(8 / 18, 12)
    expect(figures.npvAt(counts, 10 / 110)).toBeCloseTo(90 / 92, 12)
  })
  it('are null where they are 0/0', () => {
    const nominalOnly = { tp: 0, fn: 0, tn: 5, fp: 1 }
    const factory = { prevalence: 0.02, costEscape: 50, costOverkill: 3 }
    for (const figure of [figures.sensitivity, figures.escapeRate, figures.balancedAccuracy]) {
      expect(figure(nominalOnly)).toBeNull()
    }
    for (const figure of [figures.specificity, figures.overkillRate]) {
      expect(figure({ tp: 1, fn: 1, tn: 0, fp: 0 })).toBeNull()
    }
    expect(figures.costPer1000(nominalOnly, factory)).toBeNull()
    expect(figures.npvAt(nominalOnly, 0.02)).toBeNull()
    expect(figures.f1({ tp: 0, fn: 0, tn: 5, fp: 0 })).toBeNull()
    expect(figures.precisionAt({ tp: 0, fn: 3, tn: 5, fp: 0 }, 0.02)).toBeNull()
    expect(figures.npvAt({ tp: 3, fn: 0, tn: 0, fp: 5 }, 0.02)).toBeNull()
  })
  it('take the correlation for 0 where there is nothing to correlate', () => {
    expect(figures.mcc({ tp: 3, fn: 0, tn: 0, fp: 5 })).toBe(0)
    expect(figures.mcc({ tp: 0, fn: 0, tn: 4, fp: 5 })).toBe(0)
  })
})
