/** How figures go on with more good units to learn from, and how many more are worth taking. */
import type { Plan, PlanPoint } from '../../wire/plan.ts'
import { type Extrapolation, extrapolate } from './extrapolate.ts'
import { largerSizes } from './plan-sizes.ts'
import {
  type PlanFigure,
  planFigures,
  type ResampledCurves,
  type SizedResults,
  turned,
} from './resample-curves.ts'

type NominalCurve = Pick<Plan['nominal'], 'now' | 'points' | 'checks' | 'advice'>

/**
 * @param sized - As they were resampled. @param judged - Distinct units that were judged, [nominal, anomalous].
 */
export function nominalCurve(
  sized: readonly SizedResults[],
  { errors, otherUnits, otherSupports, unexplained }: ResampledCurves,
  judged: readonly [number, number],
): NominalCurve {
  const sizes = sized.map(({ units }) => units)
  const now = sizes.at(-1) ?? 0
  const witnesses: Record<PlanFigure, number> = {
    auroc: Math.min(...judged),
    escapeRate: judged[1],
    overkillRate: judged[0],
  }
  const carried = Object.fromEntries(
    planFigures.map((name) => [
      name,
      extrapolate({
        sizes,
        errors: errors[name],
        ways: [
          { weight: 1, replicates: otherUnits[name] },
          { weight: unexplained[name], replicates: otherSupports[name] },
        ],
        witnesses: witnesses[name],
      }),
    ]),
  ) as Record<PlanFigure, Extrapolation>
  const supports = new Map(sized.map(({ units, folds }) => [units, folds.flat().length]))
  const points = [...sizes, ...largerSizes(now)].map(
    (units): PlanPoint => ({
      units,
      more: units - now,
      isMeasured: supports.has(units),
      supports: supports.get(units) ?? 0,
      ...estimatesAt(carried, units),
    }),
  )
  const checks = Object.fromEntries(
    planFigures.map((name) => {
      const { law, heldBack, missPerDoubling } = carried[name]
      const told = heldBack.map((cut) => ({
        ...cut,
        told: turned(name, cut.told),
        measured: turned(name, cut.measured),
      }))
      return [name, { law, heldBack: told, missPerDoubling }]
    }),
  ) as NominalCurve['checks']
  return { now, points, checks, advice: adviceOn(points) }
}

function estimatesAt(carried: Readonly<Record<PlanFigure, Extrapolation>>, units: number) {
  const of = (name: PlanFigure): PlanPoint['auroc'] => {
    const { error, interval, width } = carried[name].at(units)
    const [low, high] = interval
    return {
      value: turned(name, error),
      ci: name === 'auroc' ? [1 - high, 1 - low] : [low, high],
      width,
    }
  }
  return { auroc: of('auroc'), escapeRate: of('escapeRate'), overkillRate: of('overkillRate') }
}

/** What of an AUROC nobody takes photographs for. */
export const littleAuroc = 0.005
/** An interval so many times as wide as the one now, and at least so wide, had better be measured again. */
const wide = { times: 2, least: 0.05 }

/** The least number after which what is left to gain, up to the largest number looked at, is little. */
function adviceOn(points: readonly PlanPoint[]): NominalCurve['advice'] {
  const ahead = points.filter(({ more }) => more >= 0)
  const last = ahead.at(-1)
  const chosen = ahead.find(({ auroc }) => last !== undefined && last.auroc.value - auroc.value < littleAuroc)
  if (chosen === undefined || last === undefined) return { kind: 'enough', more: 0, isUncertain: false }
  const at = chosen.more === 0 ? (ahead.find(({ more }) => more > 0) ?? chosen) : chosen
  const [low, high] = at.auroc.ci
  const nowWidth = (ahead[0]?.auroc.ci[1] ?? 0) - (ahead[0]?.auroc.ci[0] ?? 0)
  return {
    kind: chosen.more === 0 ? 'enough' : chosen === last ? 'open' : 'more',
    more: chosen.more,
    isUncertain: high - low >= wide.least && high - low > wide.times * nowWidth,
  }
}
