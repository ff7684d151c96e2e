/** How figures and the widths of their intervals go on with more defective units, from evaluations with fewer. */
import type { Random } from '../../math/random.ts'
import type { PlanEstimate, PlanPoint } from '../../wire/plan.ts'
import { expit, logit } from '../mean-interval.ts'
import { type Extrapolation, extrapolate } from './extrapolate.ts'
import type { DefectiveSize } from './fewer-defectives.ts'
import { type PlanFigure, planFigures, turned } from './resample-curves.ts'

const replicates = 100
/** Widths are no shares of anything counted; only their replicates spread them. */
const unbounded = 1e6

/**
 * @param measured - Ascending; the last is what there is now. @param targets - Numbers to carry the curve to.
 * @returns null where a figure or its interval is undefined at some number, so that there is no curve.
 */
export function defectiveCurve(
  measured: readonly DefectiveSize[],
  targets: readonly number[],
  random: Random,
): readonly PlanPoint[] | null {
  const now = measured.at(-1)?.units ?? 0
  const curves = planFigures.map((name) => curveOf(measured, name, random.fork(name)))
  const [auroc, escapeRate, overkillRate] = curves
  if (!auroc || !escapeRate || !overkillRate) return null
  const sizes = [...measured.map(({ units }) => units), ...targets]
  return sizes.map((units) => ({
    units,
    more: units - now,
    isMeasured: units <= now,
    supports: 0,
    auroc: auroc(units),
    escapeRate: escapeRate(units),
    overkillRate: overkillRate(units),
  }))
}

function curveOf(
  measured: readonly DefectiveSize[],
  name: PlanFigure,
  random: Random,
): ((units: number) => PlanEstimate) | null {
  const draws = measured.map(({ draws }) => draws.map((draw) => draw[name]))
  const known = draws.every((all) => all.every(({ mean, width }) => mean !== null && width !== null))
  if (!known) return null
  const sizes = measured.map(({ units }) => units)
  const carried = (of: (figure: { mean: number | null; width: number | null }) => number): Extrapolation => {
    const values = draws.map((all) => all.map(of))
    const orders = Math.max(...values.map(({ length }) => length))
    const shares = Array.from({ length: replicates }, () =>
      Array.from({ length: orders }, () => random.uniform()),
    )
    return extrapolate({
      sizes,
      errors: values.map(mean),
      ways: [
        {
          weight: 1,
          replicates: shares.map((own) =>
            values.map((all) => mean(own.map((share) => all[Math.floor(share * all.length)]!))),
          ),
        },
      ],
      witnesses: unbounded,
    })
  }
  const errors = carried(({ mean }) => turned(name, mean ?? 0))
  const widths = carried(({ width }) => width ?? 0)
  return (units) => {
    const error = errors.at(units).error
    const width = widths.at(units).error
    const value = turned(name, error)
    return { value, ci: aroundWithWidth(value, width), width }
  }
}

/** The interval of that width whose ends lie equally far from the value in logits. */
function aroundWithWidth(value: number, width: number): [number, number] {
  if (value <= 0) return [0, Math.min(1, width)]
  if (value >= 1) return [Math.max(0, 1 - width), 1]
  const centre = logit(value)
  const ends = (half: number): [number, number] => [expit(centre - half), expit(centre + half)]
  let [low, high] = [0, 40]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    const [from, to] = ends(middle)
    if (to - from < width) low = middle
    else high = middle
  }
  return ends(low)
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
