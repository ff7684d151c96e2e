/**
 * Two runs on identical folds: is one detector better, or is the difference what another draw of the data would undo?
 *
 * The difference of every fold is paired, its interval is that of a mean over folds (`mean-interval.ts`, the correlation
 * of folds measured by resampling whole units in both runs alike), and DeLong's paired test and McNemar's test speak for single
 * folds. Their p-values are pooled as twice the median (Meinshausen, Meier and Buehlmann 2009), which is valid however the folds
 * overlap; a product or a mean would count the same images several times.
 */

import { tCdf, tQuantile } from '../math/distributions.ts'
import { groupBy } from '../math/group-by.ts'
import { median } from '../math/order-statistics.ts'
import type { Random } from '../math/random.ts'
import { checkCancelled, quietTask, type Task } from '../task.ts'
import type { Interval } from '../wire/evaluation.ts'
import type { FactorySettings } from './factory-settings.ts'
import { type FigureName, figureIndex, figureNames } from './figures.ts'
import { delongPaired } from './intervals/delong.ts'
import { mcnemarExact } from './intervals/mcnemar.ts'
import { type MeanVariance, meanVariance } from './mean-interval.ts'
import { joinUnits, type PairedFold, pairFolds, type RunData } from './paired-folds.ts'
import { type PartScore, parsePartScore } from './part-score.ts'
import { covarianceOfFolds, sampleVariance } from './resample-units.ts'
import { supportSpread } from './support-spread.ts'
import { drawUnitsInto, unitStrata, unitsByLabel } from './unit-strata.ts'
import { weightedFiguresInto } from './weighted-figures.ts'

/** Figures compared; all on the inference sets, images as rows. */
export const comparedFigures = ['auroc', 'balancedAccuracy', 'escapeRate', 'overkillRate'] as const
export type ComparedFigure = (typeof comparedFigures)[number]

export interface Difference {
  readonly a: number | null
  readonly b: number | null
  /** Mean of a - b over the folds. */
  readonly mean: number | null
  readonly sd: number | null
  /** 95 % interval of the mean difference. */
  readonly ci: Interval
  /** Two-sided, of the same t; null where the interval is. */
  readonly pValue: number | null
  readonly perFold: readonly (number | null)[]
  /** False where the interval includes 0 or there is none. */
  readonly isDistinguishable: boolean
  readonly words: string
}

export interface FoldTest {
  readonly fold: number
  readonly pValue: number | null
}

export interface Comparison {
  readonly a: string
  readonly b: string
  readonly folds: number
  readonly figures: Readonly<Record<ComparedFigure, Difference>>
  /** The AUROC by part, a part's images joined as each run joins them; null where the runs were not drawn by part. */
  readonly partAuroc: Difference | null
  /** Paired DeLong on the AUROC. On parts with several images it treats images as independent: see `isClustered`. */
  readonly delong: { readonly perFold: readonly FoldTest[]; readonly pooled: number | null }
  /** Exact McNemar on units that one run judges right and the other wrong; a unit is right if most of its images are. */
  readonly mcnemar: {
    readonly perFold: readonly (FoldTest & { readonly onlyA: number; readonly onlyB: number })[]
    readonly pooled: number | null
  }
  /** Whether units hold several images, so that DeLong's test is too ready to see a difference. */
  readonly isClustered: boolean
  /**
   * What `leakage.part` found in one of the runs; null for nothing. Where a part is learnt from and judged, the figures flatter
   * whatever remembers best, and a comparison may turn round once parts are drawn whole (docs/hidden-parts.md).
   */
  readonly leak: string | null
  readonly verdict: string
}

/**
 * @throws {UsageError} The runs differ in dataset, seed, folds or in any image's role, listing the differences.
 * Cost: O(resamples * folds * n).
 */
export function compareRuns(
  a: RunData,
  b: RunData,
  random: Random,
  task: Task = quietTask,
  resamples = 1000,
): Comparison {
  const pairs = pairFolds(a, b)
  const isClustered = pairs.some(({ units }) => new Set(units).size < units.length)
  const samples = resampleDifferences(pairs, a.evaluation.protocol, random, task, resamples)
  const figures = Object.fromEntries(
    comparedFigures.map((name) => [name, difference(name, pairs, a, b, samples)]),
  ) as Record<ComparedFigure, Difference>
  const delong = pairs.map(({ fold, a: scoresA, b: scoresB, labels }) => ({
    fold,
    pValue: delongPaired(scoresA, scoresB, labels).pValue,
  }))
  const mcnemar = pairs.map(mcnemarOfFold)
  return {
    a: a.name,
    b: b.name,
    folds: pairs.length,
    figures,
    partAuroc: isClustered ? comparePartAuroc(pairs, a, b, random.fork('part'), task, resamples) : null,
    delong: { perFold: delong, pooled: twiceMedian(delong) },
    mcnemar: { perFold: mcnemar, pooled: twiceMedian(mcnemar) },
    isClustered,
    leak: leakOf(a) ?? leakOf(b),
    verdict: verdict(a.name, b.name, figures),
  }
}

function comparePartAuroc(
  pairs: readonly PairedFold[],
  a: RunData,
  b: RunData,
  random: Random,
  task: Task,
  resamples: number,
): Difference {
  const joined = pairs.map((pair) => joinUnits(pair, ruleOf(a), ruleOf(b)))
  const samples = resampleDifferences(joined, a.evaluation.protocol, random, task, resamples)
  return difference('auroc', joined, a, b, samples)
}

const ruleOf = ({ evaluation }: RunData): PartScore => parsePartScore(evaluation.protocol.partScore)

const leakOf = ({ evaluation }: RunData): string | null =>
  evaluation.findings.find(({ id, severity }) => id === 'leakage.part' && severity !== 'info')?.title ?? null

/** Per replicate, fold and figure: a - b, with units drawn once for both runs and all folds; thresholds are held. */
function resampleDifferences(
  pairs: readonly PairedFold[],
  factory: FactorySettings,
  random: Random,
  task: Task,
  resamples: number,
) {
  const rows = pairs.map(({ units, labels }) => ({ clusters: units, labels }))
  const drawn = unitStrata(rows)
  const work = pairs.map(({ a, b, thresholdA, thresholdB }, i) => ({
    a: drawn.sorted({ ...rows[i]!, scores: a }),
    b: drawn.sorted({ ...rows[i]!, scores: b }),
    thresholdA,
    thresholdB,
  }))
  const weights = new Float64Array(drawn.units)
  const [outA, outB] = [new Float64Array(figureNames.length), new Float64Array(figureNames.length)]
  const differencesAt = (weight: Float64Array | null) =>
    work.map((fold) => {
      weightedFiguresInto(outA, fold.a, weight, fold.thresholdA, factory)
      weightedFiguresInto(outB, fold.b, weight, fold.thresholdB, factory)
      return comparedFigures.map((name) => ({
        a: outA[figureIndex[name as FigureName]]!,
        b: outB[figureIndex[name as FigureName]]!,
      }))
    })
  const observed = differencesAt(null)
  const replicates: number[][][] = []
  const progress = task.progress('bootstrap (comparison)', 'resamples')
  for (let r = 0; r < resamples; r++) {
    checkCancelled(task)
    drawUnitsInto(weights, drawn, random)
    replicates.push(differencesAt(weights).map((fold) => fold.map(({ a, b }) => a - b)))
    progress.update(r + 1, resamples)
  }
  progress.end()
  return { observed, replicates, units: Math.min(...unitsByLabel(rows)) }
}

const names: Readonly<Record<ComparedFigure, string>> = {
  auroc: 'AUROC',
  balancedAccuracy: 'balanced accuracy',
  escapeRate: 'escape rate',
  overkillRate: 'overkill rate',
}

/** Folds in a row that differ in their support alone. */
const drawsOf = ({ evaluation: { protocol } }: RunData): number =>
  protocol.shots == null ? 1 : (protocol.draws ?? 1)

function difference(
  name: ComparedFigure,
  pairs: readonly PairedFold[],
  a: RunData,
  b: RunData,
  samples: ReturnType<typeof resampleDifferences>,
): Difference {
  const at = comparedFigures.indexOf(name)
  const known = samples.observed.map((fold) => fold[at]!).map(({ a, b }) => ({ a, b, gap: a - b }))
  const perFold = known.map(({ gap }) => (Number.isFinite(gap) ? gap : null))
  const gaps = perFold.filter((gap) => gap !== null)
  const mean = average(gaps)
  const base = {
    a: average(known.map(({ a }) => a).filter(Number.isFinite)),
    b: average(known.map(({ b }) => b).filter(Number.isFinite)),
    mean,
    sd: gaps.length > 1 ? Math.sqrt(sampleVariance(gaps)) : null,
    perFold,
  }
  if (mean === null || gaps.length < 2 * drawsOf(a) || gaps.length < pairs.length) {
    const words = `${names[name]}: no interval (undefined, or fewer than two folds).`
    return { ...base, ci: [null, null], pValue: null, isDistinguishable: false, words }
  }
  const { variance, covariance } = covarianceOfFolds(
    samples.replicates.map((folds) => folds.map((fold) => fold[at]!)),
  )
  const drawn = supportSpread(gaps, drawsOf(a))
  const spread = meanVariance(
    drawn.foldVariance,
    drawn.folds,
    { covariance, variance, heldVariance: variance },
    samples.units,
  )
  const { ci, pValue } = tInterval(mean, spread)
  const isDistinguishable = ci[0]! > 0 || ci[1]! < 0
  const range = `95 % interval ${ci.map((end) => signed(end ?? Number.NaN)).join(' to ')}`
  const words = isDistinguishable
    ? `${names[name]}: ${a.name} is ${mean > 0 ? 'higher' : 'lower'} than ${b.name} by ${Math.abs(mean).toFixed(3)} (${range}).`
    : `${names[name]}: ${a.name} and ${b.name} are not distinguishable (difference ${signed(mean)}, ${range}).`
  return { ...base, ci, pValue, isDistinguishable, words }
}

function tInterval(
  mean: number,
  { variance, degreesOfFreedom }: MeanVariance,
): { ci: [number, number]; pValue: number } {
  const error = Math.sqrt(variance)
  if (error === 0) return { ci: [mean, mean], pValue: mean === 0 ? 1 : 0 }
  const half = tQuantile(0.975, degreesOfFreedom) * error
  return {
    ci: [Math.max(-1, mean - half), Math.min(1, mean + half)],
    pValue: Math.min(1, 2 * tCdf(-Math.abs(mean) / error, degreesOfFreedom)),
  }
}

function mcnemarOfFold(pair: PairedFold) {
  const units = groupBy(pair.units.keys(), (i) => pair.units[i]!)
  const isRight = (members: readonly number[], scores: Float64Array, threshold: number): boolean =>
    members.filter((i) => scores[i]! >= threshold === (pair.labels[i] === 1)).length * 2 > members.length
  let [onlyA, onlyB] = [0, 0]
  for (const members of units.values()) {
    const rightA = isRight(members, pair.a, pair.thresholdA)
    const rightB = isRight(members, pair.b, pair.thresholdB)
    if (rightA && !rightB) onlyA++
    if (rightB && !rightA) onlyB++
  }
  return { fold: pair.fold, onlyA, onlyB, pValue: mcnemarExact(onlyA, onlyB) }
}

function twiceMedian(tests: readonly FoldTest[]): number | null {
  const values = tests.map(({ pValue }) => pValue).filter((p) => p !== null)
  return values.length === 0 ? null : Math.min(1, 2 * median(values))
}

function verdict(a: string, b: string, figures: Readonly<Record<ComparedFigure, Difference>>): string {
  const clear = comparedFigures.filter((name) => figures[name].isDistinguishable)
  if (clear.length === 0) {
    return `${a} and ${b} are not distinguishable on these folds. ${figures.auroc.words}`
  }
  return [
    figures.auroc.words,
    ...clear.filter((name) => name !== 'auroc').map((name) => figures[name].words),
  ].join(' ')
}

const average = (values: readonly number[]): number | null =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null
/** Three decimals, more where a difference would read as none. */
const signed = (value: number): string => {
  const text = value !== 0 && Math.abs(value) < 0.0005 ? value.toPrecision(1) : value.toFixed(3)
  return value >= 0 ? `+${text}` : text
}
