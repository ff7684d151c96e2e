import { describe, expect, it } from 'vitest'
import { addToBagInPlace, emptyBag, medianOfBag, onGrid } from '../../src/drift/stream/bag.ts'
import { betInPlace, evidenceOf, startWealth } from '../../src/drift/stream/betting.ts'
import { resumeDriftWatch, startDriftWatch } from '../../src/drift/stream/drift-watch.ts'
import { type Observation, watchedNames } from '../../src/drift/stream/statistics.ts'
import { binomialCdf } from '../../src/math/distributions.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { driftStatusSchema } from '../../src/wire/station/drift.ts'
import fc from '../fast-check.ts'

const at = new Date('2026-11-29T10:00:00.000Z')

/** A part as healthy as any, but for what is added. */
function part(
  random: Random,
  shift: Partial<Observation> = {},
  isDefective = random.uniform() < 0.02,
): Observation {
  const observation = Object.fromEntries(
    watchedNames.map((name) => [name, 100 + 5 * random.normal() + (shift[name] ?? 0)]),
  ) as Record<(typeof watchedNames)[number], number>
  if (isDefective) observation.score += 40
  return observation
}

describe('ranks', () => {
  it('are those of sorting, ties broken evenly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, uniform) => {
          const bag = emptyBag()
          for (const [i, value] of values.entries()) {
            const seen = values.slice(0, i + 1)
            const above = seen.filter((each) => each > value).length
            const equal = seen.filter((each) => each === value).length
            expect(addToBagInPlace(bag, value, uniform)).toBeCloseTo(
              (above + uniform * equal) / seen.length,
              12,
            )
          }
          const sorted = [...values].sort((a, b) => a - b)
          expect(medianOfBag(bag)).toBe(sorted[Math.ceil(values.length / 2) - 1])
        },
      ),
    )
  })

  it('round values to a grid that keeps their order and all but a thousandth of them', () => {
    const doubles = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(doubles, doubles, (a, b) => {
        if (a <= b) expect(onGrid(a)).toBeLessThanOrEqual(onGrid(b))
        expect(Math.abs(onGrid(a) - a)).toBeLessThanOrEqual(Math.max(1e-30, Math.abs(a) / 1000))
      }),
    )
  })
})

describe('wealth', () => {
  it('is that of the slow sum over every part at which betting may begin', () => {
    const random = createRandom(3)
    const ranks = Array.from({ length: 40 }, () => random.uniform() ** 2)
    const wealth = startWealth()
    for (const rank of ranks) betInPlace(wealth, rank)
    // What still waits, and for each k a share 1/(k(k+1)) that is bet from part k on, by gamblers of its own.
    let sum = 1 / (ranks.length + 1)
    for (let k = 1; k <= ranks.length; k++) {
      const alone = { ...startWealth(), steps: 1e9 } // nothing to speak of joins them later
      alone.gamblers.fill(1 / alone.gamblers.length)
      for (const rank of ranks.slice(k - 1)) betInPlace(alone, rank)
      const wealthOfAll = alone.gamblers.reduce((total, each) => total + each, 0) * Math.exp(alone.scale)
      sum += wealthOfAll / (k * (k + 1))
    }
    expect(evidenceOf(wealth)).toBeCloseTo(Math.log10(sum), 6)
  })

  it('has the mean 1 over a uniform rank, at every step', () => {
    const steps = 200_000
    const before = startWealth()
    for (const rank of [0.2, 0.9, 0.4]) betInPlace(before, rank)
    const start = 10 ** evidenceOf(before)
    let sum = 0
    for (let i = 0; i < steps; i++) {
      const next = { ...before, gamblers: [...before.gamblers] }
      betInPlace(next, (i + 0.5) / steps)
      sum += 10 ** evidenceOf(next)
    }
    expect(sum / steps / start).toBeCloseTo(1, 2)
  })

  it('neither overflows nor vanishes', () => {
    const [rising, dull] = [startWealth(), startWealth()]
    for (let i = 0; i < 20_000; i++) {
      betInPlace(rising, 1e-6)
      betInPlace(dull, 0.3)
    }
    expect(evidenceOf(rising)).toBeGreaterThan(1000)
    expect(evidenceOf(dull)).toBeGreaterThan(-5)
    expect(Number.isFinite(evidenceOf(rising))).toBe(true)
  })
})

describe('a watch', () => {
  it('says nothing before its reference is complete, and then what changed', () => {
    const random = createRandom(1)
    const watch = startDriftWatch({ model: 'm' })
    for (let i = 0; i < 200; i++) expect(watch.observe(at, part(random))).toEqual([])
    expect(watch.status()).toMatchObject({ parts: 0, reference: { parts: 200, needed: 200 } })
    for (let i = 0; i < 500; i++) expect(watch.observe(at, part(random))).toEqual([])
    const alarms = []
    for (let i = 0; i < 300 && alarms.length === 0; i++)
      alarms.push(...watch.observe(at, part(random, { brightness: -12 })))
    expect(alarms).toMatchObject([{ statistic: 'brightness', group: 'light' }])
    expect(alarms[0]?.words).toMatch(
      /^Pictures are darker \(brightness \d+, at commissioning \d+\): check lamps/,
    )
    expect(alarms[0]!.part).toBeLessThan(700)
    const status = watch.status()
    expect(driftStatusSchema.parse(status)).toEqual(status)
    expect(status.alarms).toEqual(alarms)
    expect(status.assumption).toMatch(/order/)
  })

  it('goes on after a restart as if it had not stopped', () => {
    const stream = (random: Random, i: number) => part(random, { sharpness: i > 500 ? -4 : 0 })
    const [whole, random] = [startDriftWatch({ model: 'm', seed: 7 }), createRandom(2)]
    for (let i = 0; i < 800; i++) whole.observe(at, stream(random, i))
    let [halved, again] = [startDriftWatch({ model: 'm', seed: 7 }), createRandom(2)]
    for (let i = 0; i < 800; i++) {
      if (i % 100 === 50) halved = resumeDriftWatch(JSON.parse(JSON.stringify(halved.state())))
      halved.observe(at, stream(again, i))
    }
    expect(halved.status()).toEqual(whole.status())
    expect(halved.history()).toEqual(whole.history())
    expect(() => resumeDriftWatch({ ...whole.state(), version: 2 as 1 })).toThrow()
    expect(whole.history().length).toBeLessThanOrEqual(400)
  })

  it('counts a part once, and takes no value that is none', () => {
    const [watch, random] = [startDriftWatch({ model: 'm' }), createRandom(1)]
    for (const id of ['a', 'a', 'b', 'a']) watch.observe(at, part(random), id)
    watch.observe(at, part(random))
    watch.observe(at, part(random))
    expect(watch.status().reference.parts).toBe(5)
    expect(() => watch.observe(at, { ...part(random), score: Number.NaN })).toThrow(/score/)
    expect(watch.status().reference.parts).toBe(5)
    expect(() => startDriftWatch({ model: 'm', reference: 199 })).toThrow(/200/)
    expect(() => startDriftWatch({ model: 'm', alpha: 0 })).toThrow(/alpha/)
  })

  it('raises no more false alarms than it says', () => {
    const [streams, alpha] = [60, 0.2]
    let falseAlarms = 0
    for (let s = 0; s < streams; s++) {
      const [watch, random] = [startDriftWatch({ model: 'm', alpha, seed: s }), createRandom(s, 'stream')]
      for (let i = 0; i < 600; i++) watch.observe(at, part(random))
      if (watch.status().alarms.length > 0) falseAlarms++
    }
    // As many or more would occur in one of 10,000 such tests.
    expect(1 - binomialCdf(falseAlarms - 1, streams, alpha)).toBeGreaterThan(1e-4)
  })
})
