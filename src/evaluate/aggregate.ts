/** Step 5: from the folds' results to the figures of `evaluation.json`: mean, spread, every fold, and intervals. */
import { tQuantile } from '../math/distributions.ts'
import type { Random } from '../math/random.ts'
import { quietTask, type Task } from '../task.ts'
import type { Estimate, Fold, Interval, LevelMetrics, NaiveLevel, PixelMetrics } from '../wire/evaluation.ts'
import { perfectBound } from './clustered-intervals.ts'
import type { FoldIntervals, FoldResult, FoldSettings } from './evaluate-fold.ts'
import type { FactorySettings } from './factory-settings.ts'
import { type FigureName, figureNames, figureRange } from './figures.ts'
import { bcaFromReplicates } from './intervals/bootstrap.ts'
import { correctedResampledT } from './intervals/corrected-t.ts'
import { expit, logit, logitInterval, type MeanVariance, meanVariance } from './mean-interval.ts'
import { type Resampled, resampleUnits, sampleVariance } from './resample-units.ts'
import { supportSpread, varianceOfOneSupport } from './support-spread.ts'

export interface Aggregate {
  readonly metrics: { image: LevelMetrics; part: LevelMetrics | null; pixel: PixelMetrics | null }
  readonly naive: { image: NaiveLevel; part: NaiveLevel | null }
  readonly folds: Fold[]
}

/** Cost: that of `resampleUnits` per level. */
export function aggregate(
  folds: readonly FoldResult[],
  settings: FoldSettings,
  random: Random,
  task: Task = quietTask,
): Aggregate {
  const level = (name: 'image' | 'part'): LevelMetrics => {
    const resampled = resampleUnits(folds, name, settings, random.fork('bootstrap', name), task)
    return levelMetrics(folds, name, settings, resampled, settings.draws)
  }
  const image = level('image')
  const part = folds.every((fold) => fold.part !== null) ? level('part') : null
  return {
    metrics: { image, part, pixel: pixelMetrics(folds) },
    naive: { image: naiveLevel(folds, 'image', image), part: part && naiveLevel(folds, 'part', part) },
    folds: folds.map(foldEntry),
  }
}

/** Estimates of every figure of a level. */
export function levelMetrics(
  folds: readonly FoldResult[],
  level: 'image' | 'part',
  factory: FactorySettings,
  resampled: Resampled,
  draws = 1,
): LevelMetrics {
  const estimates = figureNames.map((name) => [name, estimate(folds, level, name, factory, resampled, draws)])
  const reviewRates = folds.map((fold) => fold[level]!.reviewRate)
  return {
    ...(Object.fromEntries(estimates) as Record<FigureName, Estimate>),
    reviewRate: reviewRates.every((rate) => rate === null) ? null : countedEstimate(folds, reviewRates),
  }
}

function estimate(
  folds: readonly FoldResult[],
  level: 'image' | 'part',
  name: FigureName,
  factory: FactorySettings,
  resampled: Resampled,
  draws: number,
): Estimate {
  const perFold = folds.map((fold) => fold[level]!.figures[name])
  const base = summary(perFold)
  const ends = intervalsOf(base, name, factory, resampled, draws)
  const hasFoldIntervals = name in folds[0]!.image.intervals
  return {
    ...base,
    ...ends,
    ...(hasFoldIntervals && {
      perFoldCi: folds.map((fold) => fold[level]!.intervals[name as keyof FoldIntervals]),
    }),
  }
}

function summary(perFold: readonly (number | null)[]): {
  mean: number | null
  sd: number | null
  perFold: (number | null)[]
} {
  const known = perFold.filter((value) => value !== null)
  return {
    mean: known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null,
    sd: known.length > 1 ? Math.sqrt(sampleVariance(known)) : null,
    perFold: [...perFold],
  }
}

function intervalsOf(
  { mean, perFold }: { mean: number | null; perFold: readonly (number | null)[] },
  name: FigureName,
  factory: FactorySettings,
  resampled: Resampled,
  draws: number,
): Pick<Estimate, 'ci' | 'bootstrapCi' | 'support'> {
  if (mean === null) return { ci: [null, null], bootstrapCi: null }
  const range = figureRange(name, factory)
  const [low, high] = range
  if (high === low) return { ci: [mean, mean], bootstrapCi: null } // the costs are 0
  const figure = resampled.figure(name)
  const share = (mean - low) / (high - low)
  const drawn = supportSpread(perFold, draws)
  const { folds } = drawn
  const support = (sd: number | null, ci: Interval) => draws > 1 && { support: { sd, ci } }
  // Every fold at an end of the range: nothing varies, and only the number of witnesses limits the claim.
  if (share < 1e-12 || share > 1 - 1e-12) {
    const bound = perfectFigure(name, resampled.inferenceUnits, factory)
    const reach = Math.abs((name === 'costPer1000' || name.endsWith('Rate') ? low : high) - bound)
    const ci: Interval = share < 0.5 ? [low, low + reach] : [high - reach, high]
    return { ci: folds > 1 ? ci : [null, null], bootstrapCi: ci, ...support(0, ci) }
  }
  const units = Math.min(...resampled.inferenceUnits)
  const spread = meanVariance(drawn.foldVariance, folds, figure, units)
  if (!(spread.variance > 0)) return { ci: [null, null], bootstrapCi: null, ...support(null, [null, null]) }
  const oneSupport = () => {
    const { supportVariance: variance, degreesOfFreedom } = drawn
    if (variance === null) return support(null, [null, null])
    const whole = varianceOfOneSupport(spread, { variance, degreesOfFreedom })
    return support(Math.sqrt(variance), logitInterval(mean, whole, range))
  }
  return {
    ci: folds > 1 ? logitInterval(mean, spread, range) : [null, null],
    bootstrapCi: bootstrapInterval(mean, figure, spread, range),
    ...oneSupport(),
  }
}

/**
 * BCa over units. Fitted models and thresholds are held while units are resampled; what refitting and choosing anew add
 * to the variance of the mean is added by stretching the replicates about the estimate, on the logit scale.
 */
function bootstrapInterval(
  mean: number,
  figure: ReturnType<Resampled['figure']>,
  spread: MeanVariance,
  [low, high]: readonly [number, number],
): Interval | null {
  if (figure.replicates.length < 100 || !(figure.heldVariance > 0)) return null
  const heavierTail = tQuantile(0.975, spread.degreesOfFreedom) / tQuantile(0.975, 1e6)
  const factor = Math.max(1, heavierTail * Math.sqrt(spread.variance / figure.heldVariance))
  const span = high - low
  const toLogit = (value: number): number => logit(Math.min(1 - 1e-9, Math.max(1e-9, (value - low) / span)))
  const centre = toLogit(mean)
  const stretched = figure.replicates.map(
    (value) => low + span * expit(centre + factor * (toLogit(value) - centre)),
  )
  return bcaFromReplicates(mean, stretched, figure.jackknife, 0.95) as Interval
}

/** The worst value of a figure compatible (97.5 %) with no error among so many units. */
function perfectFigure(name: FigureName, units: readonly [number, number], factory: FactorySettings): number {
  const spec = perfectBound(units[0])
  const sens = perfectBound(units[1])
  const { prevalence, costEscape, costOverkill } = factory
  const [fn, fp] = [1 - sens, 1 - spec]
  const bounds: Record<FigureName, number> = {
    auroc: Math.min(sens, spec),
    averagePrecision: Math.min(sens, spec),
    partialAuroc: Math.min(sens, spec),
    sensitivity: sens,
    specificity: spec,
    balancedAccuracy: (sens + spec) / 2,
    f1: (2 * sens) / (2 * sens + fp + fn),
    mcc: (sens * spec - fp * fn) / Math.sqrt((sens + fp) * (spec + fn)),
    precision: (prevalence * sens) / (prevalence * sens + (1 - prevalence) * fp),
    npv: ((1 - prevalence) * spec) / ((1 - prevalence) * spec + prevalence * fn),
    escapeRate: fn,
    overkillRate: fp,
    costPer1000: 1000 * (prevalence * fn * costEscape + (1 - prevalence) * fp * costOverkill),
  }
  return bounds[name]
}

/**
 * Figures that cannot be resampled from stored scores (pixels, review rate): Nadeau and Bengio's own correction, with
 * n_test the units in inference and n_train all other units of the fold, since it is the share of the pool in inference
 * that two folds have in common on average.
 */
function countedEstimate(folds: readonly FoldResult[], perFold: readonly (number | null)[]): Estimate {
  const base = summary(perFold)
  const known = perFold.filter((value) => value !== null)
  if (known.length < 2) return { ...base, ci: [null, null], bootstrapCi: null }
  const ids = folds[0]!.plan.unitIds
  const { lower, upper } = correctedResampledT(
    Float64Array.from(known),
    { test: ids.inference.length, train: ids.train.length + ids.threshold.length },
    0.95,
  )
  return { ...base, ci: [Math.max(0, lower), Math.min(1, upper)], bootstrapCi: null }
}

function pixelMetrics(folds: readonly FoldResult[]): PixelMetrics | null {
  if (folds.every((fold) => fold.pixel === null)) return null
  const names = ['auroc', 'averagePrecision', 'aupro', 'aupro05', 'aupimo'] as const
  return Object.fromEntries(
    names.map((name) => [
      name,
      countedEstimate(
        folds,
        folds.map((fold) => fold.pixel?.[name] ?? null),
      ),
    ]),
  ) as PixelMetrics
}

function naiveLevel(folds: readonly FoldResult[], level: 'image' | 'part', honest: LevelMetrics): NaiveLevel {
  const mean = (name: 'auroc' | 'balancedAccuracy' | 'f1') =>
    summary(folds.map((fold) => fold[level]!.naive[name])).mean
  const naive = { auroc: mean('auroc'), balancedAccuracy: mean('balancedAccuracy'), f1: mean('f1') }
  const gap = (name: keyof typeof naive) => {
    const value = honest[name].mean
    return naive[name] === null || value === null ? null : naive[name] - value
  }
  return {
    ...naive,
    optimism: { auroc: gap('auroc'), balancedAccuracy: gap('balancedAccuracy'), f1: gap('f1') },
  }
}

function foldEntry(fold: FoldResult): Fold {
  const count = (role: 'threshold' | 'inference'): [number, number] => {
    const anomalous = fold.image.rows[role].labels.reduce((sum: number, label) => sum + label, 0)
    return [fold.image.rows[role].labels.length - anomalous, anomalous]
  }
  const { plan } = fold
  return {
    fold: fold.fold,
    threshold: finite(fold.image.threshold),
    reviewThreshold: fold.image.reviewThreshold,
    counts: { train: plan.counts.train, threshold: count('threshold'), inference: count('inference') },
    units: {
      train: plan.units.train,
      threshold: [...plan.units.threshold],
      inference: [...plan.units.inference],
    },
    confusion: { image: { ...fold.image.confusion }, part: fold.part && { ...fold.part.confusion } },
    metrics: {
      image: { ...fold.image.figures, reviewRate: fold.image.reviewRate },
      part: fold.part && { ...fold.part.figures, reviewRate: fold.part.reviewRate },
      pixel: fold.pixel && { ...fold.pixel },
    },
    seconds: { ...fold.seconds },
  }
}

/** JSON has no infinity: a threshold above every score is null. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
