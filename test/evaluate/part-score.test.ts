import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { formatPartScore, parsePartScore, partScore } from '../../src/evaluate/part-score.ts'
import fc from '../fast-check.ts'

describe('partScore', () => {
  it.each([
    ['max', 9],
    ['mean', 5],
    ['topk:1', 9],
    ['topk:2', 8],
    ['topk:9', 5],
    ['votes:1', 9],
    ['votes:2', 7],
    ['votes:9', 1],
  ])('%s of 1, 7, 9, 3 is %d', (rule, expected) => {
    expect(partScore(parsePartScore(rule), [1, 7, 9, 3])).toBe(expected)
    expect(formatPartScore(parsePartScore(rule))).toBe(rule)
  })
  it('votes:K says anomalous exactly when at least K images do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 9 }),
        (scores, k, threshold) =>
          partScore({ rule: 'votes', k }, scores) >= threshold ===
          scores.filter((score) => score >= threshold).length >= k,
      ),
    )
  })
  it.each(['', 'mean:2', 'min', 'topk', 'topk:0', 'topk:1.5', 'votes:-1', 'max:2'])(
    'refuses "%s"',
    (text) => {
      expect(() => parsePartScore(text)).toThrow(UsageError)
    },
  )
})
