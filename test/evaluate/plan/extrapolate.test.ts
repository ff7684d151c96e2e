import { describe, expect, it } from 'vitest'
import { extrapolate, leastSizes } from '../../../src/evaluate/plan/extrapolate.ts'
import { createRandom } from '../../../src/math/random.ts'

const sizes = [10, 20, 40, 80, 160]
const law = (n: number): number => 0.04 + 0.5 * n ** -0.5
const random = createRandom(0)
const shaken = (spread: number) =>
  Array.from({ length: 200 }, () => {
    const shift = 1 + spread * random.normal()
    return sizes.map((n) => law(n) * shift)
  })

describe('extrapolate', () => {
  it('goes on by the law, through the last size, with an interval about it', () => {
    const curve = extrapolate({
      sizes,
      errors: sizes.map(law),
      ways: [{ weight: 1, replicates: shaken(0.1) }],
      witnesses: 100,
    })
    const { error, interval, width } = curve.at(640)
    expect(error).toBeCloseTo(law(640), 2)
    expect(interval[0]).toBeLessThan(law(640))
    expect(interval[1]).toBeGreaterThan(law(640))
    expect(interval[1] - interval[0]).toBeGreaterThanOrEqual(width)
    expect(curve.at(160).error).toBeCloseTo(law(160), 12)
  })

  it('trusts itself less, the more it missed what was held back, and the farther it goes', () => {
    const bent = sizes.map((n, i) => law(n) * (i === 4 ? 0.5 : 1))
    const ways = [{ weight: 1, replicates: shaken(0.1) }]
    const straight = extrapolate({ sizes, errors: sizes.map(law), ways, witnesses: 100 })
    const other = extrapolate({ sizes, errors: bent, ways, witnesses: 100 })
    expect(other.missPerDoubling).toBeGreaterThan(5 * straight.missPerDoubling)
    const beyond = (n: number): number => {
      const { interval, width } = other.at(n)
      return interval[1] - interval[0] - width
    }
    expect(beyond(160)).toBe(0)
    expect(beyond(320)).toBeGreaterThan(0)
    expect(beyond(640)).toBeGreaterThan(beyond(320))
  })

  it('adds the ways in which it could have been, each by its weight', () => {
    const of = (weight: number) => {
      const one = { weight: 1, replicates: shaken(0.1) }
      const other = { weight, replicates: shaken(0.2) }
      return extrapolate({ sizes, errors: sizes.map(law), ways: [one, other], witnesses: 100 }).at(160).width
    }
    expect(of(1)).toBeGreaterThan(1.5 * of(0))
    expect(of(0.2)).toBeGreaterThan(of(0))
  })

  it('was held back: only sizes before the cut were seen', () => {
    const errors = [0.3, 0.2, 0.15, 0.12, 0.6]
    const { heldBack } = extrapolate({
      sizes,
      errors,
      ways: [{ weight: 1, replicates: [errors] }],
      witnesses: 100,
    })
    expect(heldBack.map(({ from, to }) => [from, to])).toEqual([
      [40, 80],
      [40, 160],
      [80, 160],
    ])
    const { heldBack: again } = extrapolate({
      sizes,
      errors: [0.3, 0.2, 0.15, 0.12, 0.01],
      ways: [],
      witnesses: 100,
    })
    expect(again.map(({ told }) => told)).toEqual(heldBack.map(({ told }) => told))
  })

  it('never claims that nothing is wrong: without an error the number of witnesses bounds it', () => {
    const none = sizes.map(() => 0)
    const { at } = extrapolate({
      sizes,
      errors: none,
      ways: [{ weight: 1, replicates: [none, none] }],
      witnesses: 30,
    })
    expect(at(320)).toMatchObject({ error: 0, interval: [0, 1 - 0.025 ** (1 / 30)] })
    const all = sizes.map(() => 1)
    const { interval } = extrapolate({ sizes, errors: all, ways: [], witnesses: 30 }).at(160)
    expect(interval[0]).toBeLessThan(1)
  })

  it('refuses a curve with nothing to hold back', () => {
    const few = { sizes: [1, 2, 3], errors: [1, 1, 1], ways: [], witnesses: 9 }
    expect(() => extrapolate(few)).toThrow(`expected ${leastSizes} sizes`)
  })
})
