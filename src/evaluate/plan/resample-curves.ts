/**
 * What a learning curve could have been, in two ways, each with whole curves: sizes that were judged on the same units move together, so
 * their differences do not spread as far as they do.
 *
 * Other units: they are drawn as `resample-units.ts` draws them, the same for every size and fold, and thresholds are chosen anew. Other
 * supports: folds are drawn with replacement, and in each fold the orders in which its good units joined. Folds differ by the units that
 * judge them too, which the first way has counted: of the second only the share counts that this leaves unexplained. At the last size
 * the two make s^2/K + C, as in `mean-interval.ts`, or what units alone make where that is more.
 */
import type { Random } from '../../math/random.ts'
import { present } from '../../present.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Chooser, FoldResult } from '../evaluate-fold.ts'
import type { FactorySettings } from '../factory-settings.ts'
import { figureIndex, figureNames } from '../figures.ts'
import { covarianceOfFolds, rechoose, sampleVariance } from '../resample-units.ts'
import { drawUnitsInto, unitStrata } from '../unit-strata.ts'
import { weightedFiguresInto } from '../weighted-figures.ts'

export const planFigures = ['auroc', 'escapeRate', 'overkillRate'] as const
export type PlanFigure = (typeof planFigures)[number]

/** Results at one number of good units: by fold, and by order within the fold. */
export interface SizedResults {
  /** Good units that train. */
  readonly units: number
  readonly folds: readonly (readonly FoldResult[])[]
}

export interface ResampledCurves {
  /** Mean over folds of the mean over orders, one value a size; what falls as a detector gets better: 1 - AUROC, the rates. */
  readonly errors: Readonly<Record<PlanFigure, readonly number[]>>
  /** The same with other units. */
  readonly otherUnits: Readonly<Record<PlanFigure, readonly (readonly number[])[]>>
  /** The same with other supports. */
  readonly otherSupports: Readonly<Record<PlanFigure, readonly (readonly number[])[]>>
  /** By what the variance of the latter is to be multiplied. */
  readonly unexplained: Readonly<Record<PlanFigure, number>>
}

export const replicateCount = 200

/** The figure of an error and the error of a figure. */
export const turned = (name: PlanFigure, value: number): number => (name === 'auroc' ? 1 - value : value)

/**
 * @param sized - Sizes ascending, each with the same folds in the same order.
 * Cost: O(replicates * supports * n log n) for the thresholds. Replicates in which a figure is undefined are left out.
 */
export function resampleCurves(
  sized: readonly SizedResults[],
  level: 'image' | 'part',
  settings: FactorySettings & { readonly choose: Chooser },
  random: Random,
  task: Task,
  count = replicateCount,
): ResampledCurves {
  const results = sized.flatMap(({ folds }) => folds.flat().map((fold) => fold[level]!))
  const drawn = unitStrata(results.flatMap(({ rows }) => [rows.threshold, rows.inference]))
  const work = sized.map(({ folds }) =>
    folds.map((orders) =>
      orders.map((result) => {
        const { rows, threshold } = result[level]!
        return {
          threshold: drawn.sorted(rows.threshold),
          inference: drawn.sorted(rows.inference),
          chosen: threshold,
        }
      }),
    ),
  )
  const weights = new Float64Array(drawn.units).fill(1)
  const out = new Float64Array(figureNames.length)
  /** Errors with the weights as they are: by size, fold, order, figure. */
  const errorsOfAll = (anew: boolean): number[][][][] =>
    work.map((folds) =>
      folds.map((orders) =>
        orders.map(({ threshold, inference, chosen }) => {
          const at = (anew ? rechoose(threshold, weights, settings.choose) : null) ?? chosen
          weightedFiguresInto(out, inference, weights, at, settings)
          return planFigures.map((name) => turned(name, out[figureIndex[name]]!))
        }),
      ),
    )
  const observed = errorsOfAll(false)
  const foldCount = sized[0]!.folds.length
  const otherUnits: number[][][] = [] // by replicate, size, figure
  const lastFolds: number[][][] = [] // of the last size: by replicate, fold, figure
  const progress = task.progress('bootstrap of the learning curve', 'resamples')
  for (let b = 0; b < count; b++) {
    checkCancelled(task)
    drawUnitsInto(weights, drawn, random)
    const byFold = errorsOfAll(true).map((folds) => folds.map(meanOf))
    otherUnits.push(byFold.map(meanOf))
    lastFolds.push(byFold.at(-1) ?? [])
    progress.update(b + 1, count)
  }
  progress.end()
  const orderCount = Math.max(...sized.flatMap(({ folds }) => folds.map((orders) => orders.length)))
  const otherSupports = Array.from({ length: count }, () => {
    const picks = Array.from({ length: foldCount }, () => ({
      fold: random.integer(foldCount),
      shares: Array.from({ length: orderCount }, () => random.uniform()),
    }))
    return observed.map((folds) =>
      meanOf(
        picks.map(({ fold, shares }) => {
          const orders = folds[fold]!
          return meanOf(shares.map((share) => orders[Math.floor(share * orders.length)]!))
        }),
      ),
    )
  })
  const byFigure = <T>(of: (i: number) => T) =>
    Object.fromEntries(planFigures.map((name, i) => [name, of(i)])) as Record<PlanFigure, T>
  const curvesOf = (all: readonly (readonly (readonly number[])[])[]) =>
    byFigure((i) =>
      all.map((sizes) => sizes.map((size) => size[i]!)).filter((curve) => curve.every(Number.isFinite)),
    )
  return {
    errors: byFigure((i) => observed.map((folds) => meanOf(folds.map(meanOf))[i]!)),
    otherUnits: curvesOf(otherUnits),
    otherSupports: curvesOf(otherSupports),
    unexplained: byFigure((i) => {
      const last = present(observed.at(-1), 'the last size').map((orders) => meanOf(orders)[i]!)
      const replicates = lastFolds.map((folds) => folds.map((fold) => fold[i]!))
      return unexplainedShare(last, replicates)
    }),
  }
}

/** Of the spread between folds, what sampling of units does not explain; and what drawing folds with replacement falls short by. */
function unexplainedShare(folds: readonly number[], replicates: readonly (readonly number[])[]): number {
  if (folds.length < 2) return 0
  const own = sampleVariance(folds) / folds.length
  const { variance, covariance } = covarianceOfFolds(replicates)
  const share = own > 0 ? Math.max(0, 1 - (variance - covariance) / own) : 0
  return (share * folds.length) / (folds.length - 1)
}

/** Figure by figure. */
function meanOf(all: readonly (readonly number[])[]): number[] {
  return planFigures.map((_, i) => all.reduce((sum, each) => sum + each[i]!, 0) / all.length)
}
