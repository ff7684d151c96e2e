/**
 * What a learning curve could have been: whole curves are drawn anew, and whole units with them.
 *
 * A curve belongs to a fold and to an order in which its good units join the support. Folds are drawn with replacement, and in each
 * fold its orders; a curve comes with all its sizes. Units are drawn as `resample-units.ts` draws them, the same for every size, and
 * thresholds are chosen anew: sizes that were judged on the same units move together, so their differences do not spread as far
 * as they do.
 */
import type { Random } from '../../math/random.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Chooser, FoldResult } from '../evaluate-fold.ts'
import type { FactorySettings } from '../factory-settings.ts'
import { figureIndex, figureNames } from '../figures.ts'
import { rechoose } from '../resample-units.ts'
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
  /** The same of each replicate. */
  readonly replicates: Readonly<Record<PlanFigure, readonly (readonly number[])[]>>
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
  const drawn = unitStrata(results)
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
  const errorsAt = (picks: readonly (readonly [fold: number, shares: readonly number[]])[], anew: boolean) =>
    work.map((folds) => {
      const sums = planFigures.map(() => 0)
      for (const [fold, shares] of picks) {
        const orders = folds[fold]!
        const own = planFigures.map(() => 0)
        for (const share of shares) {
          const { threshold, inference, chosen } = orders[Math.floor(share * orders.length)]!
          const at = (anew ? rechoose(threshold, weights, settings.choose) : null) ?? chosen
          weightedFiguresInto(out, inference, weights, at, settings)
          planFigures.forEach((name, i) => {
            own[i]! += turned(name, out[figureIndex[name]]!) / shares.length
          })
        }
        planFigures.forEach((_, i) => {
          sums[i]! += own[i]! / picks.length
        })
      }
      return sums
    })
  const foldCount = sized[0]!.folds.length
  const orderCount = Math.max(...sized.flatMap(({ folds }) => folds.map((orders) => orders.length)))
  const middles = Array.from({ length: orderCount }, (_, i) => (i + 0.5) / orderCount)
  const observed = errorsAt(
    Array.from({ length: foldCount }, (_, fold) => [fold, middles] as const),
    false,
  )
  const replicates: number[][][] = []
  const progress = task.progress('bootstrap of the learning curve', 'resamples')
  for (let b = 0; b < count; b++) {
    checkCancelled(task)
    drawUnitsInto(weights, drawn, random)
    const picks = Array.from(
      { length: foldCount },
      () => [random.integer(foldCount), middles.map(() => random.uniform())] as const,
    )
    replicates.push(errorsAt(picks, true))
    progress.update(b + 1, count)
  }
  progress.end()
  const byFigure = <T>(of: (i: number) => T) =>
    Object.fromEntries(planFigures.map((name, i) => [name, of(i)])) as Record<PlanFigure, T>
  return {
    errors: byFigure((i) => observed.map((size) => size[i]!)),
    replicates: byFigure((i) =>
      replicates
        .map((sizes) => sizes.map((size) => size[i]!))
        .filter((curve) => curve.every(Number.isFinite)),
    ),
  }
}
