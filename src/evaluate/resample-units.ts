/**
 * Resampling whole units through all folds at once: what the data could have been, with the fitted models as they are.
 *
 * A unit drawn twice counts twice wherever it was used, in the threshold set of one fold and the inference set of
 * another; thresholds are chosen anew. So the replicates carry the dependence between folds that share units, which is
 * what an interval for the mean over folds needs and no formula in counts can give.
 */
import { StatisticalError } from '../errors.ts'
import type { Random } from '../math/random.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { Chooser, FoldResult } from './evaluate-fold.ts'
import type { FactorySettings } from './factory-settings.ts'
import { type FigureName, figureIndex, figureNames } from './figures.ts'
import { drawUnitsInto, unitStrata, unitsByLabel } from './unit-strata.ts'
import { type SortedRows, weightedFiguresInto } from './weighted-figures.ts'

export interface ResampledFigure {
  /** Mean over folds of each replicate, thresholds held: a smooth statistic, as BCa needs. Undefined ones are left out. */
  readonly replicates: Float64Array
  /** Their variance. */
  readonly heldVariance: number
  /** Variance of the mean over folds when thresholds are chosen anew in each replicate. */
  readonly variance: number
  /** Mean covariance between two folds, thresholds chosen anew: the variance that more folds would not remove. */
  readonly covariance: number
  /** Mean over folds with each unit (or group of units) left out once, by stratum; for the acceleration of BCa. */
  readonly jackknife: readonly Float64Array[]
}

export interface Resampled {
  readonly figure: (name: FigureName) => ResampledFigure
  /** Distinct units in the inference sets, [nominal, anomalous]; a mixed unit counts in both. */
  readonly inferenceUnits: readonly [number, number]
  /** Distinct units in the threshold or inference sets. */
  readonly units: number
}

const jackknifeGroups = 400

/**
 * @param settings - `choose` null holds the thresholds in every replicate.
 * @param resamples - Bootstrap replicates; halved down to 400 while replicates x rows exceeds 2 x 10^7.
 * Cost: O(replicates * folds * n log n) for the thresholds, O(replicates * folds * n) for the figures.
 */
export function resampleUnits(
  folds: readonly FoldResult[],
  level: 'image' | 'part',
  settings: FactorySettings & { readonly choose: Chooser | null },
  random: Random,
  task: Task,
  resamples = 2000,
): Resampled {
  const results = folds.map((fold) => fold[level]!)
  const drawn = unitStrata(results.flatMap(({ rows }) => [rows.threshold, rows.inference]))
  const { strata, sorted } = drawn
  const work = results.map((result) => ({
    threshold: sorted(result.rows.threshold),
    inference: sorted(result.rows.inference),
    chosen: result.threshold,
  }))
  const rows = work.reduce(
    (sum, fold) => sum + fold.threshold.scores.length + fold.inference.scores.length,
    0,
  )
  let count = resamples
  while (count > 400 && count * rows > 2e7) count = Math.max(400, count >> 1)

  const k = folds.length
  const width = figureNames.length
  const weights = new Float64Array(drawn.units)
  const out = new Float64Array(width)
  const values = new Float64Array(count * k * width)
  const held = new Float64Array(count * k * width)
  const progress = task.progress(`bootstrap (${level})`, 'resamples')
  for (let b = 0; b < count; b++) {
    checkCancelled(task)
    drawUnitsInto(weights, drawn, random)
    work.forEach((fold, f) => {
      weightedFiguresInto(out, fold.inference, weights, fold.chosen, settings)
      held.set(out, (b * k + f) * width)
      const threshold = settings.choose && rechoose(fold.threshold, weights, settings.choose)
      if (threshold !== null) weightedFiguresInto(out, fold.inference, weights, threshold, settings)
      values.set(out, (b * k + f) * width)
    })
    progress.update(b + 1, count)
  }
  progress.end()

  // Leave-one-out with thresholds held: choosing anew is not smooth, and the acceleration needs a smooth statistic.
  const left = strata.map((members) => {
    const groups = Math.min(members.length, jackknifeGroups)
    const means = new Float64Array(groups * width)
    for (let g = 0; g < groups; g++) {
      checkCancelled(task)
      weights.fill(1)
      for (let i = g; i < members.length; i += groups) weights[members[i]!] = 0
      const perFold = work.map((fold) => {
        weightedFiguresInto(out, fold.inference, weights, fold.chosen, settings)
        return Float64Array.from(out)
      })
      for (let name = 0; name < width; name++) {
        means[g * width + name] = meanOfFinite(perFold.map((figures) => figures[name]!))
      }
    }
    return means
  })

  // Resampling n units of a stratum leaves its variance short by (n-1)/n; the smaller stratum is the one that matters.
  const shortfall = Math.min(...strata.map((members) => members.length))
  const inflation = shortfall > 1 ? shortfall / (shortfall - 1) : 1
  return {
    units: drawn.units,
    inferenceUnits: unitsByLabel(results.map(({ rows }) => rows.inference)),
    figure: (name) => {
      const at = figureIndex[name]
      const moments = covarianceOfFolds(perReplicate(values, count, k, width, at))
      const means = perReplicate(held, count, k, width, at).map(meanOfFinite).filter(Number.isFinite)
      return {
        replicates: Float64Array.from(means),
        heldVariance: sampleVariance(means) * inflation,
        variance: moments.variance * inflation,
        covariance: moments.covariance * inflation,
        jackknife: left.map((means) => means.filter((_, i) => i % width === at).filter(Number.isFinite)),
      }
    },
  }
}

/** The threshold for rows repeated by weight; null where the policy refuses or a label is missing that was there. */
export function rechoose(rows: SortedRows, weights: Float64Array, choose: Chooser): number | null {
  let count = 0
  for (let i = 0; i < rows.units.length; i++) count += weights[rows.units[i]!]!
  const scores = new Float64Array(count)
  const labels = new Uint8Array(count)
  let [at, positives] = [0, 0]
  for (let i = 0; i < rows.units.length; i++) {
    for (let copies = weights[rows.units[i]!]!; copies > 0; copies--) {
      scores[at] = rows.scores[i]!
      labels[at++] = rows.labels[i]!
      positives += rows.labels[i]!
    }
  }
  const isNominalOnly = !rows.labels.includes(1) // then the policy needs no defects
  if ((positives === 0 && !isNominalOnly) || positives === count) return null
  try {
    return choose(scores, labels).threshold
  } catch (error) {
    if (error instanceof StatisticalError) return null
    throw error
  }
}

function perReplicate(values: Float64Array, count: number, k: number, width: number, at: number): number[][] {
  return Array.from({ length: count }, (_, b) =>
    Array.from({ length: k }, (_, f) => values[(b * k + f) * width + at]!),
  )
}

/**
 * Variance of the mean over folds and mean covariance of two folds, from replicates given as one value per fold;
 * replicates with an undefined fold are left out of the covariance.
 */
export function covarianceOfFolds(replicates: readonly (readonly number[])[]): {
  readonly variance: number
  readonly covariance: number
} {
  const variance = sampleVariance(replicates.map(meanOfFinite).filter(Number.isFinite))
  const whole = replicates.filter((folds) => folds.every(Number.isFinite))
  const k = replicates[0]?.length ?? 0
  if (k < 2 || whole.length < 2) return { variance, covariance: variance }
  const varianceOfMean = sampleVariance(whole.map(meanOfFinite))
  let foldVariance = 0
  for (let f = 0; f < k; f++) foldVariance += sampleVariance(whole.map((folds) => folds[f]!)) / k
  // Var(mean) = (average variance + (k - 1) * average covariance) / k, solved for the covariance.
  return { variance, covariance: Math.max(0, (k * varianceOfMean - foldVariance) / (k - 1)) }
}

function meanOfFinite(values: readonly number[]): number {
  let [sum, n] = [0, 0]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    sum += value
    n++
  }
  return n > 0 ? sum / n : Number.NaN
}

export function sampleVariance(values: readonly number[]): number {
  if (values.length < 2) return 0
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}
