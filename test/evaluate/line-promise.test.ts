import { describe, expect, it } from 'vitest'
import { promiseOf } from '../../src/evaluate/line-promise.ts'
import { createRandom } from '../../src/math/random.ts'
import { type PromiseStratum, promiseSchema } from '../../src/wire/station/promise.ts'

const stratum = (
  verdict: PromiseStratum['verdict'],
  judged: number,
  nominal: number,
  anomalous: number,
  rule = 1,
): PromiseStratum => ({
  ...{ verdict, rule, judged, chosen: nominal + anomalous, nominal, anomalous, unsure: 0 },
})
const of = (strata: readonly PromiseStratum[]) =>
  promiseOf({ model: 'm', from: null, to: null, strata, card: null })

describe('promise and reality', () => {
  it('are exact where everything was reviewed', () => {
    const promise = of([
      stratum('nominal', 900, 897, 3),
      stratum('anomalous', 80, 20, 60),
      stratum('review', 20, 15, 5),
    ])
    expect(promiseSchema.parse(promise)).toEqual(promise)
    expect(promise.escapeRate).toEqual({ estimate: 3 / 68, interval: [3 / 68, 3 / 68], missing: null })
    expect(promise.overkillRate).toEqual({
      estimate: 20 / 932,
      interval: [20 / 932, 20 / 932],
      missing: null,
    })
    expect(promise.per1000.escapes.estimate).toBe(3)
    expect(promise.per1000.rejected.interval).toEqual([20, 20])
    expect(promise.per1000.anomalous.estimate).toBe(68)
  })

  it('weigh each verdict by how many there were, not by how many were looked at', () => {
    // 1 % of the 10,000 passes were looked at, all of the rejects: 1 of 100 is defective, so some 100 escaped beside 60 caught.
    const { escapeRate, overkillRate, per1000 } = of([
      stratum('nominal', 10_000, 99, 1),
      stratum('anomalous', 80, 20, 60),
    ])
    expect(escapeRate.estimate).toBeCloseTo(100 / 160)
    expect(overkillRate.estimate).toBeCloseTo(20 / 9920)
    expect(per1000.escapes.estimate).toBeCloseTo((1000 * 100) / 10_080)
    expect(escapeRate.interval[0]).toBeLessThan(0.1)
    expect(escapeRate.interval[1]).toBeGreaterThan(0.85)
  })

  it('say what is missing, and that anything is possible still', () => {
    const { escapeRate, per1000 } = of([stratum('nominal', 1000, 0, 0), stratum('anomalous', 10, 2, 8)])
    expect(escapeRate).toMatchObject({
      estimate: null,
      missing: expect.stringMatching(/none of 1000 parts.*nominal.*raise its share/),
    })
    expect(per1000.escapes.interval).toEqual([0, (1000 * 1000) / 1010])
    expect(of([]).overkillRate).toEqual({
      estimate: null,
      interval: [null, null],
      missing: 'no part has been judged yet',
    })
    expect(of([stratum('nominal', 5, 5, 0)]).escapeRate).toMatchObject({ estimate: null, interval: [0, 1] })
  })

  it('hold the truth at least as often as they say, under two rules and an unequal review', () => {
    const rounds = 400
    let [escapes, overkill] = [0, 0]
    for (let round = 0; round < rounds; round++) {
      const random = createRandom(round, 'line')
      const cells = new Map<string, { judged: number; chosen: number; nominal: number; anomalous: number }>()
      const truth = { escaped: 0, defective: 0, rejected: 0, good: 0 }
      for (let i = 0; i < 3000; i++) {
        const isDefective = random.uniform() < 0.04
        const isRejected = random.uniform() < (isDefective ? 0.8 : 0.03)
        const rule = i < 1000 ? 1 : 2
        const share = isRejected ? 0.5 : rule === 1 ? 0.1 : 0.03
        const key = `${rule}/${isRejected}`
        const cell = cells.get(key) ?? { judged: 0, chosen: 0, nominal: 0, anomalous: 0 }
        cell.judged++
        if (isDefective) truth.defective++
        else truth.good++
        if (isDefective && !isRejected) truth.escaped++
        if (!isDefective && isRejected) truth.rejected++
        if (random.uniform() < share) {
          cell.chosen++
          if (random.uniform() < 0.9) cell[isDefective ? 'anomalous' : 'nominal']++
        }
        cells.set(key, cell)
      }
      const strata = [...cells].map(([key, cell]) => ({
        ...{
          rule: Number(key[0]),
          verdict: key.endsWith('true') ? ('anomalous' as const) : ('nominal' as const),
          unsure: 0,
        },
        ...cell,
      }))
      const { escapeRate, overkillRate } = of(strata)
      const holds = ([low, high]: readonly [number | null, number | null], value: number): boolean =>
        (low ?? 0) <= value + 1e-12 && value <= (high ?? 1) + 1e-12
      if (holds(escapeRate.interval, truth.escaped / truth.defective)) escapes++
      if (holds(overkillRate.interval, truth.rejected / truth.good)) overkill++
    }
    expect(escapes / rounds).toBeGreaterThan(0.95)
    expect(overkill / rounds).toBeGreaterThan(0.95)
  })
})
