import { describe, expect, it } from 'vitest'
import { drawImages } from '../../../src/guardrail/model/rescore.ts'
import { signFlipMaxTest, signFlipTest } from '../../../src/guardrail/model/sign-flip.ts'
import { correlationOf } from '../../../src/guardrail/model/silhouette-map.ts'
import { unitMean } from '../../../src/guardrail/model/unit-mean.ts'
import { createRandom } from '../../../src/math/random.ts'
import { sample } from '../../evaluate/samples.ts'
import fc from '../../fast-check.ts'

/** Every pattern of signs, in exact arithmetic for whole numbers. */
function slowSignFlip(differences: readonly number[]): number {
  const observed = differences.reduce((sum, value) => sum + value, 0)
  const sums = differences.reduce<number[]>(
    (all, value) => all.flatMap((sum) => [sum + Math.abs(value), sum - Math.abs(value)]),
    [0],
  )
  return sums.filter((sum) => sum >= observed).length / sums.length
}

describe('signFlipTest', () => {
  const whole = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 9 })

  it('is exact for few differences', () => {
    fc.assert(
      fc.property(whole, (differences) => {
        expect(signFlipTest(differences, createRandom(0))).toBeCloseTo(slowSignFlip(differences), 12)
      }),
    )
  })

  it('draws about the exact value for many', () => {
    const differences = Array.from({ length: 16 }, (_, i) => (i % 5) - 1.5)
    expect(Math.abs(signFlipTest(differences, createRandom(1)) - slowSignFlip(differences))).toBeLessThan(
      0.01,
    )
  })

  it('is 1 where nothing changes, smallest where all rises, and never 0', () => {
    expect(signFlipTest([], createRandom(0))).toBe(1)
    expect(signFlipTest([0, 0], createRandom(0))).toBe(1)
    expect(signFlipTest([1, 1, 1, 1], createRandom(0))).toBe(1 / 16)
    expect(signFlipTest(new Array(60).fill(1), createRandom(0))).toBeGreaterThan(0)
  })
})

describe('signFlipMaxTest', () => {
  const table = fc
    .record({ units: fc.integer({ min: 1, max: 6 }), rows: fc.integer({ min: 1, max: 4 }) })
    .chain(({ units, rows }) =>
      fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: units, maxLength: units }), {
        minLength: rows,
        maxLength: rows,
      }),
    )

  it('is the test of one change where there is one, and never bolder where there are more', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const together = signFlipMaxTest(rows, createRandom(0))
        rows.forEach((row, i) => {
          expect(together[i]!).toBeGreaterThanOrEqual(slowSignFlip(row) - 1e-12)
        })
        expect(signFlipMaxTest([rows[0]!], createRandom(0))[0]).toBeCloseTo(slowSignFlip(rows[0]!), 12)
      }),
    )
  })

  it('does not let a large change hide a small one', () => {
    const [small, large] = signFlipMaxTest(
      [
        [1, 1, 1, 1, 1, 0],
        [9, 9, 9, 9, 9, 9],
      ],
      createRandom(0),
    )
    expect(large).toBe(1 / 64)
    expect(small).toBe(1 / 32)
  })

  it('costs nothing for changes that go together, and draws about the exact value for many units', () => {
    const rise = [1, 1, 1, 1, 1, 1]
    expect(signFlipMaxTest([rise, rise, rise], createRandom(0))).toEqual([1 / 64, 1 / 64, 1 / 64])
    const many = Array.from({ length: 16 }, (_, i) => (i % 5) - 1.5)
    expect(Math.abs(signFlipMaxTest([many], createRandom(0))[0]! - slowSignFlip(many))).toBeLessThan(0.03)
  })
})

describe('unitMean', () => {
  it('keeps the sum where every unit counts by its images', () => {
    const rows = fc.array(
      fc.record({ unit: fc.integer({ min: 0, max: 4 }), value: fc.integer({ min: -9, max: 9 }) }),
    )
    fc.assert(
      fc.property(rows, (list) => {
        const units = list.map(({ unit }) => `u${unit}`)
        const means = unitMean(
          units,
          list.map(({ value }) => value),
        )
        const distinct = [...new Set(units)]
        const sum = means.reduce(
          (total, mean, i) => total + mean * units.filter((unit) => unit === distinct[i]).length,
          0,
        )
        expect(means).toHaveLength(distinct.length)
        expect(sum).toBeCloseTo(
          list.reduce((total, { value }) => total + value, 0),
          9,
        )
      }),
    )
  })
})

describe('correlationOf', () => {
  it('is 1 for itself, -1 for its mirror, and 0 for what does not vary', () => {
    const values = [3, 1, 4, 1, 5]
    expect(correlationOf(values, values)).toBeCloseTo(1, 12)
    expect(
      correlationOf(
        values,
        values.map((value) => 7 - 2 * value),
      ),
    ).toBeCloseTo(-1, 12)
    expect(
      correlationOf(
        values,
        values.map(() => 2),
      ),
    ).toBe(0)
  })
})

describe('drawImages', () => {
  it('takes every unit once before it takes one twice', () => {
    const images = ['a1', 'a2', 'a3', 'b1', 'c1'].map((id) => ({
      sample: sample(id, 'nominal'),
      unit: id[0]!,
      score: 0,
      isRejected: false,
      frame: null!,
      peak: { x: 0, y: 0 },
      map: null!,
      step: 1,
    }))
    const drawn = drawImages(images, 'nominal', 3, createRandom(0))
    expect(drawn.map(({ unit }) => unit)).toEqual(['a', 'b', 'c'])
    expect(drawImages(images, 'nominal', 9, createRandom(0))).toHaveLength(5)
    expect(drawImages(images, 'anomalous', 9, createRandom(0))).toEqual([])
  })
})
