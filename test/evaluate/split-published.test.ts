import { describe, expect, it } from 'vitest'
import type { Sample, Split } from '../../src/dataset/sample.ts'
import { StatisticalError, UsageError } from '../../src/errors.ts'
import { planFolds, splitDefaults } from '../../src/evaluate/split.ts'
import { groupUnits } from '../../src/evaluate/units.ts'
import { sample } from './samples.ts'

const many = (count: number, prefix: string, label: Sample['label'], split: Split | null, more = {}) =>
  Array.from({ length: count }, (_, i) => sample(`${prefix}${i}`, label, { split, ...more }))

const published = [
  ...many(30, 'train', 'nominal', 'train'),
  ...many(7, 'valid', 'nominal', 'validation'),
  ...many(25, 'good', 'nominal', 'test'),
  ...many(24, 'dent', 'anomalous', 'test', { defect: 'dent' }),
  ...many(10, 'hole', 'anomalous', 'test', { defect: 'hole' }),
  ...many(5, 'bad', 'anomalous', 'train'),
]
const plan = (samples: readonly Sample[], options = {}, unit: 'image' | 'part' = 'image') =>
  planFolds(groupUnits(samples, unit), { ...splitDefaults, split: 'published', ...options })

describe('--split published', () => {
  it('trains on the published training images in every fold and halves the test images', () => {
    const plans = plan(published, { folds: 4 })
    expect(plans).toHaveLength(4)
    for (const { train, threshold, inference } of plans) {
      expect(train.map(({ id }) => id).sort()).toEqual(
        Array.from({ length: 30 }, (_, i) => `train${i}`).sort(),
      )
      const held = [...threshold, ...inference].map(({ id }) => id)
      expect(new Set(held).size).toBe(59)
      expect(held.every((id) => /^(good|dent|hole)/.test(id))).toBe(true)
      const of = (role: readonly Sample[], prefix: string) =>
        role.filter(({ id }) => id.startsWith(prefix)).length
      expect([of(threshold, 'dent'), of(inference, 'dent')]).toEqual([12, 12])
      expect([of(threshold, 'hole'), of(inference, 'hole')]).toEqual([5, 5])
      expect(Math.abs(of(threshold, 'good') - of(inference, 'good'))).toBe(1)
    }
    const inferences = plans.map(({ inference }) => inference.map(({ id }) => id).join())
    expect(new Set(inferences).size).toBe(4)
  })

  it('follows from the seed and the fold, and swaps halves with rotate', () => {
    expect(plan(published, { folds: 2 })).toEqual(plan([...published].reverse(), { folds: 5 }).slice(0, 2))
    const [first, second] = plan(published, { folds: 2, scheme: 'rotate' })
    expect(second!.inference).toEqual(first!.threshold)
    expect(second!.threshold).toEqual(first!.inference)
  })

  it('judges a part that was published in both splits, and does not train on it', () => {
    const parts = published.map(
      (each, i): Sample => ({ ...each, part: i === 0 || i === 37 ? 'both' : each.id }),
    )
    const [fold] = plan(parts, { folds: 1 }, 'part')
    expect(fold!.train.map(({ id }) => id)).not.toContain('train0')
    const held = [...fold!.threshold, ...fold!.inference].map(({ id }) => id)
    expect(held).toContain('good0')
    expect(held).not.toContain('train0')
  })

  it('refuses a dataset without a split, and test images too few to halve', () => {
    const none = published.map((each): Sample => ({ ...each, split: null }))
    expect(() => plan(none)).toThrow(UsageError)
    const few = published.filter(({ id }) => !/^good(1\d|2\d)/.test(id))
    expect(() => plan(few)).toThrow(StatisticalError)
    expect(() => plan(few)).toThrow(/holds 10 nominal and 34 anomalous images/)
  })
})
