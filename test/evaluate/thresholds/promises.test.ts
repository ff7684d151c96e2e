/** What Neyman-Pearson and conformal promise, put to the test; and how few scores they refuse. */
import { describe, expect, it } from 'vitest'
import { StatisticalError } from '../../../src/errors.ts'
import { createChooser } from '../../../src/evaluate/thresholds/choose-threshold.ts'
import { smallestConformal, smallestNeymanPearson } from '../../../src/evaluate/thresholds/nominal-rank.ts'
import type { PolicyName } from '../../../src/evaluate/thresholds/threshold-settings.ts'
import { createRandom } from '../../../src/math/random.ts'
import { factory, settings } from './settings.ts'

const choose = (policy: PolicyName, scores: Float64Array, more = {}) =>
  createChooser(settings(policy, more), factory)(scores, new Uint8Array(scores.length)).threshold
const upTo = (n: number) => Float64Array.from({ length: n }, (_, i) => i)

/** Nominal scores and the true false-alarm rate of a threshold. */
const distributions = [
  { name: 'continuous scores', draw: (u: number) => u, rate: (t: number) => Math.min(1, Math.max(0, 1 - t)) },
  {
    name: 'scores with many ties',
    draw: (u: number) => Math.floor(10 * u), // 0..9, a tenth each
    rate: (t: number) => Math.min(1, Math.max(0, 10 - Math.ceil(t)) / 10),
  },
] as const

const repeats = 4000
/** Three standard errors of a share of about `p` in so many repeats. */
const slack = (p: number) => 3 * Math.sqrt((p * (1 - p)) / repeats)

describe.each(distributions)('with $name', ({ draw, rate }) => {
  it.each([
    [60, 0.05, 0.05],
    [100, 0.1, 0.2],
    [40, 0.25, 0.05],
  ])('neyman-pearson: with %d scores the rate exceeds %d in at most %d of cases', (n, alpha, delta) => {
    const random = createRandom(0, 'neyman-pearson', n)
    let violations = 0
    for (let r = 0; r < repeats; r++) {
      const scores = Float64Array.from({ length: n }, () => draw(random.uniform()))
      if (rate(choose('neyman-pearson', scores, { alpha, delta })) > alpha) violations++
    }
    expect(violations / repeats).toBeLessThanOrEqual(delta + slack(delta))
  })
  it.each([
    [19, 0.05],
    [33, 0.1],
    [50, 0.25],
  ])('conformal: with %d scores the rate is at most %d on average', (n, alpha) => {
    const random = createRandom(0, 'conformal', n)
    let total = 0
    for (let r = 0; r < repeats; r++) {
      const scores = Float64Array.from({ length: n }, () => draw(random.uniform()))
      total += rate(choose('conformal', scores, { alpha }))
    }
    expect(total / repeats).toBeLessThanOrEqual(alpha + slack(alpha))
  })
})

describe('neyman-pearson', () => {
  it('is no more careful than it must be', () => {
    const random = createRandom(3)
    let violations = 0
    for (let r = 0; r < repeats; r++) {
      const scores = Float64Array.from({ length: 59 }, () => random.uniform())
      if (choose('neyman-pearson', scores) < 0.95) violations++
    }
    expect(violations / repeats).toBeGreaterThan(0.0485 - slack(0.05)) // 0.95^59 = 0.0485
  })
  it.each([
    [0.05, 0.05, 59],
    [0.01, 0.05, 299],
    [0.1, 0.05, 29],
    [0.05, 0.01, 90],
    [0.001, 0.05, 2995],
    [0.5, 0.5, 1],
  ])('alpha %d, delta %d: takes %d scores, refuses with one fewer', (alpha, delta, needed) => {
    expect(smallestNeymanPearson(alpha, delta)).toBe(needed)
    expect(choose('neyman-pearson', upTo(needed), { alpha, delta })).toBeGreaterThan(needed - 1)
    if (needed === 1) return
    const run = () => choose('neyman-pearson', upTo(needed - 1), { alpha, delta })
    expect(run).toThrow(StatisticalError)
    expect(run).toThrow(new RegExp(`that takes ${needed}\\. With ${needed - 1}, --alpha`))
  })
  it.each([1, 5, 30, 58, 300])(
    'the alpha that it names for %d scores will do, and a smaller one will not',
    (n) => {
      const refusal = (alpha: number): string => {
        try {
          choose('neyman-pearson', upTo(n), { alpha })
          return ''
        } catch (error) {
          return (error as Error).message
        }
      }
      const named = Number(/--alpha ([\d.]+)/.exec(refusal(1e-4))![1])
      expect(refusal(named)).toBe('')
      expect(refusal(named * 0.99)).not.toBe('')
    },
  )
})

describe('conformal', () => {
  it.each([
    [0.05, 19],
    [0.01, 99],
    [0.1, 9],
    [0.3, 3],
    [0.9, 1],
  ])('alpha %d: takes %d scores, refuses with one fewer', (alpha, needed) => {
    expect(smallestConformal(alpha)).toBe(needed)
    expect(choose('conformal', upTo(needed), { alpha })).toBeGreaterThan(needed - 1)
    if (needed === 1) return
    const run = () => choose('conformal', upTo(needed - 1), { alpha })
    expect(run).toThrow(new RegExp(`that takes ${needed}\\. With ${needed - 1}, --alpha`))
  })
  it('names an alpha that will do', () => {
    for (const n of [1, 6, 12, 28]) {
      let message = ''
      try {
        choose('conformal', upTo(n), { alpha: 0.001 })
      } catch (error) {
        message = (error as Error).message
      }
      const named = Number(/--alpha ([\d.]+)/.exec(message)![1])
      expect(choose('conformal', upTo(n), { alpha: named })).toBeGreaterThan(n - 1)
    }
  })
})
