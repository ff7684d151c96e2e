import { describe, expect, it } from 'vitest'
import {
  delongComponents,
  delongCovariance,
  delongInterval,
  delongPaired,
} from '../../../src/evaluate/intervals/delong.ts'
import { createRandom } from '../../../src/math/random.ts'
import fc from '../../fast-check.ts'

/** DeLong's covariance over all pairs of rows, as in the paper. */
function overPairs(a: Float64Array, b: Float64Array, labels: Uint8Array): number {
  const at = (label: number) => [...labels.keys()].filter((i) => labels[i] === label)
  const [nominal, anomalous] = [at(0), at(1)]
  const psi = (scores: Float64Array, i: number, j: number) =>
    scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const covariance = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + (value - mean(x)) * (y[i]! - mean(y)), 0) / (x.length - 1)
  const v10 = (scores: Float64Array) => anomalous.map((i) => mean(nominal.map((j) => psi(scores, i, j))))
  const v01 = (scores: Float64Array) => nominal.map((j) => mean(anomalous.map((i) => psi(scores, i, j))))
  return covariance(v10(a), v10(b)) / anomalous.length + covariance(v01(a), v01(b)) / nominal.length
}

const rows = fc
  .array(
    fc.record({
      a: fc.integer({ min: 0, max: 9 }),
      b: fc.integer({ min: 0, max: 9 }),
      label: fc.constantFrom(0, 1),
    }),
    {
      minLength: 4,
      maxLength: 25,
    },
  )
  .map((items) => ({
    a: Float64Array.from(items, ({ a }) => a),
    b: Float64Array.from(items, ({ b }) => b),
    labels: Uint8Array.from(items, ({ label }) => label),
  }))
const hasTwoOfEach = (labels: Uint8Array): boolean => {
  const positives = labels.reduce((sum: number, label) => sum + label, 0)
  return positives >= 2 && labels.length - positives >= 2
}

describe('delong', () => {
  it('by ranks equals DeLong over pairs', () => {
    fc.assert(
      fc.property(rows, ({ a, b, labels }) => {
        fc.pre(hasTwoOfEach(labels))
        const got = delongCovariance(delongComponents(a, labels), delongComponents(b, labels), labels)
        expect(got).toBeCloseTo(overPairs(a, b, labels), 12)
      }),
    )
  })
  it('gives an interval that holds the AUROC, lies in 0..1 and is never a point', () => {
    fc.assert(
      fc.property(rows, ({ a, labels }) => {
        fc.pre(labels.includes(0) && labels.includes(1))
        const [low, high] = delongInterval(a, labels, 0.95)
        const { auc } = delongComponents(a, labels)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(auc)
        expect(high).toBeGreaterThanOrEqual(auc)
        expect(high - low).toBeGreaterThan(0)
      }),
    )
  })
  it('bounds a perfect AUROC, and an inverted one, by what the smaller label can witness', () => {
    const labels = Uint8Array.from({ length: 50 }, (_, i) => (i < 20 ? 1 : 0))
    const scores = Float64Array.from(labels)
    expect(delongInterval(scores, labels, 0.95)).toEqual([expect.closeTo(0.025 ** (1 / 20), 12), 1])
    const inverted = scores.map((score) => -score)
    expect(delongInterval(inverted, labels, 0.95)).toEqual([0, expect.closeTo(1 - 0.025 ** (1 / 20), 12)])
  })
  it('claims little from a single defect', () => {
    const scores = Float64Array.from({ length: 101 }, (_, i) => i)
    const labels = Uint8Array.from({ length: 101 }, (_, i) => (i === 99 ? 1 : 0))
    const [low, high] = delongInterval(scores, labels, 0.95)
    expect(low).toBeLessThan(0.05)
    expect(high).toBeGreaterThan(0.99)
  })
  it('holds the truth about 95 times in 100', () => {
    const random = createRandom(11)
    const labels = Uint8Array.from({ length: 80 }, (_, i) => i % 2)
    const truth = 0.8413447460685429 // Phi(sqrt(2) / sqrt(2))
    let held = 0
    for (let r = 0; r < 1000; r++) {
      const scores = Float64Array.from(labels, (label) => random.normal() + Math.SQRT2 * label)
      const [low, high] = delongInterval(scores, labels, 0.95)
      if (low <= truth && truth <= high) held++
    }
    expect(held).toBeGreaterThan(920)
    expect(held).toBeLessThan(970)
  })
  it('needs both labels and numbers', () => {
    expect(() => delongInterval(Float64Array.of(1, 2), Uint8Array.of(1, 1), 0.95)).toThrow(
      /2 anomalous and 0 nominal/,
    )
    expect(() => delongInterval(Float64Array.of(1, Number.NaN), Uint8Array.of(1, 0), 0.95)).toThrow(
      RangeError,
    )
  })
})

describe('delongPaired', () => {
  const labels = Uint8Array.from({ length: 60 }, (_, i) => i % 2)
  it('sees no difference between a score and itself, or any increasing map of it', () => {
    const random = createRandom(2)
    const scores = Float64Array.from(labels, (label) => random.normal() + label)
    expect(delongPaired(scores, scores.map(Math.exp), labels)).toMatchObject({ difference: 0, pValue: 1 })
  })
  it('is antisymmetric', () => {
    fc.assert(
      fc.property(rows, ({ a, b, labels: own }) => {
        fc.pre(hasTwoOfEach(own))
        const [ab, ba] = [delongPaired(a, b, own), delongPaired(b, a, own)]
        expect(ab.difference).toBeCloseTo(-ba.difference, 12)
        if (ab.pValue === null) expect(ba.pValue).toBeNull()
        else expect(ab.pValue).toBeCloseTo(ba.pValue!, 9)
      }),
    )
  })
  it('gives no p-value for a difference without variance', () => {
    const perfect = Float64Array.from(labels)
    const inverted = perfect.map((score) => -score)
    expect(delongPaired(perfect, inverted, labels)).toMatchObject({ difference: 1, z: null, pValue: null })
    const few = Uint8Array.of(1, 0, 0)
    const [a, b] = [Float64Array.of(3, 1, 2), Float64Array.of(1.5, 1, 2)]
    expect(delongPaired(a, b, few)).toMatchObject({ difference: 0.5, pValue: null })
  })
  it('finds a difference by chance in 5 of 100 cases', () => {
    const random = createRandom(5)
    let found = 0
    for (let r = 0; r < 1000; r++) {
      const shared = Float64Array.from(labels, (label) => random.normal() + 1.5 * label)
      const [a, b] = [0, 1].map(() => shared.map((score) => score + 0.7 * random.normal()))
      if (delongPaired(a!, b!, labels).pValue! < 0.05) found++
    }
    expect(found).toBeGreaterThan(25)
    expect(found).toBeLessThan(80)
  })
})
