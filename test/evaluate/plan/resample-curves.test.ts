/** Curves of simulated detectors that get better with every good unit. */
import { describe, expect, it } from 'vitest'
import type { FoldResult } from '../../../src/evaluate/evaluate-fold.ts'
import { nominalCurve } from '../../../src/evaluate/plan/nominal-curve.ts'
import { resampleCurves, type SizedResults } from '../../../src/evaluate/plan/resample-curves.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'
import { samples } from '../samples.ts'
import { shifted, simulateRun } from '../simulated-run.ts'

const all = samples(120, 60)
const sizes = [4, 8, 16, 32, 60]
const settings = simulateRun(all, shifted(1)).settings

/** @param separation - By number of units. Every order has scores of its own. */
function curvesOf(separation: (units: number) => number, orders: number): SizedResults[] {
  return sizes.map((units) => {
    const runs = Array.from({ length: orders }, (_, order) => {
      const own = createRandom(units, order)
      return simulateRun(all, (sample, noise) => {
        const shift = sample.label === 'anomalous' ? separation(units) : 0
        return noise + shift + 0.2 * own.normal()
      }).results
    })
    const folds = runs[0]!.map((_, fold): FoldResult[] => runs.map((results) => results[fold]!))
    return { units, folds }
  })
}
const resample = (sized: readonly SizedResults[], seed = 0) =>
  resampleCurves(sized, 'image', settings, createRandom(seed), quietTask, 60)

describe('resampleCurves', () => {
  const sized = curvesOf((units) => 3 - 4 * units ** -0.5, 2)
  const curves = resample(sized)

  it('is the mean over folds of the mean over orders, as an error', () => {
    sized.forEach(({ folds }, i) => {
      const all = folds.flat().map(({ image }) => image.figures)
      const mean = (of: (figures: (typeof all)[number]) => number | null) =>
        all.reduce((sum, figures) => sum + of(figures)!, 0) / all.length
      expect(curves.errors.auroc[i]).toBeCloseTo(1 - mean(({ auroc }) => auroc), 12)
      expect(curves.errors.escapeRate[i]).toBeCloseTo(
        mean(({ escapeRate }) => escapeRate),
        12,
      )
    })
  })

  it('draws whole curves: sizes judged on the same units move together', () => {
    const of = (i: number) => curves.otherUnits.auroc.map((curve) => curve[i]!)
    const spread = (values: readonly number[]): number => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    }
    const [fourth, fifth] = [of(3), of(4)]
    const difference = fourth.map((value, i) => value - fifth[i]!)
    expect(spread(fourth)).toBeGreaterThan(0)
    expect(spread(difference)).toBeLessThan(spread(fourth) + spread(fifth))
  })

  it('counts of other supports what other units leave unexplained', () => {
    const steady = resample(curvesOf(() => 1.5, 1)).unexplained.auroc
    const restless = sizes.map((units, i) => {
      const folds = sized[i]!.folds.map((orders, fold) =>
        orders.map((result) => {
          const { scores } = result.image.rows.inference
          const shaken = scores.map((score) => score * (fold % 2 === 0 ? 1 : -1))
          const rows = { ...result.image.rows, inference: { ...result.image.rows.inference, scores: shaken } }
          return { ...result, image: { ...result.image, rows } }
        }),
      )
      return { units, folds }
    })
    expect(steady).toBeLessThan(0.9)
    expect(resample(restless).unexplained.auroc).toBeGreaterThan(1)
  })

  it('follows from the seed, and stops when told to', () => {
    expect(resample(sized)).toEqual(curves)
    expect(resample(sized, 1).otherUnits).not.toEqual(curves.otherUnits)
    const signal = AbortSignal.abort()
    expect(() =>
      resampleCurves(sized, 'image', settings, createRandom(0), { ...quietTask, signal }, 60),
    ).toThrow('interrupted')
  })
})

describe('nominalCurve', () => {
  it('advises more where the curve rises, and none where it is flat', () => {
    const rising = curvesOf((units) => 2.2 - 5 * units ** -0.6, 2)
    const flat = curvesOf(() => 2, 2)
    const curveOf = (sized: readonly SizedResults[]) => nominalCurve(sized, resample(sized), [60, 60])
    const more = curveOf(rising)
    expect(more.advice.kind).not.toBe('enough')
    expect(more.advice.more).toBeGreaterThan(0)
    expect(more.now).toBe(60)
    expect(more.points.map(({ units }) => units)).toEqual([...sizes, 75, 90, 120, 180, 240])
    const values = more.points.map(({ auroc }) => auroc.value)
    expect(values).toEqual([...values].sort((a, b) => a - b))
    expect(curveOf(flat).advice).toMatchObject({ kind: 'enough', more: 0 })
  })

  it('has intervals that hold their values and grow where the curve is carried', () => {
    const { points } = nominalCurve(
      curvesOf((units) => 2.2 - 5 * units ** -0.6, 2),
      resample(curvesOf((units) => 2.2 - 5 * units ** -0.6, 2)),
      [60, 60],
    )
    for (const { auroc, escapeRate, overkillRate } of points) {
      for (const { value, ci } of [auroc, escapeRate, overkillRate]) {
        expect(ci[0]).toBeLessThanOrEqual(value)
        expect(ci[1]).toBeGreaterThanOrEqual(value)
      }
    }
  })
})
