/**
 * What an evaluation would have said of the same detectors with fewer defective units: thresholds chosen on fewer, verdicts counted on
 * fewer, and as many nominal ones beside them. Nothing is fitted again, since no defect takes part in a fit.
 */

import { groupBy } from '../../math/group-by.ts'
import type { Random } from '../../math/random.ts'
import { mustGet } from '../../present.ts'
import { checkCancelled, quietTask, type Task } from '../../task.ts'
import type { Interval } from '../../wire/evaluation.ts'
import { levelMetrics } from '../aggregate.ts'
import { evaluateFold, type FoldInput, type FoldSettings, type ScoredSample } from '../evaluate-fold.ts'
import { logitInterval } from '../mean-interval.ts'
import { resampleUnits } from '../resample-units.ts'
import { unitId } from '../units.ts'
import { type PlanFigure, planFigures } from './resample-curves.ts'

/**
 * At one number of defective units: one entry for each order in which they were taken. Widths are what sampling of units makes: that is what more
 * of them narrow, while few folds that differ would hide it.
 */
export interface DefectiveSize {
  /** In the halves for threshold and judgement together. */
  readonly units: number
  /** Figure and width of its 95 % interval; null where undefined. */
  readonly draws: readonly Readonly<
    Record<PlanFigure, { readonly mean: number | null; readonly width: number | null }>
  >[]
}

export interface DefectiveOptions {
  readonly level: 'image' | 'part'
  readonly settings: FoldSettings
  readonly random: Random
  /** Orders in which the units are taken. */
  readonly draws: number
}

/** Fewest defective units in a half of which a rate is still told. */
const fewest = 6
const sizeCount = 5
const resamples = 200

/**
 * From all of them downwards by at most the square root of two.
 *
 * @returns Ascending, without repetition; the last is all.
 */
export function defectiveSizes(all: number): readonly number[] {
  const ratio = Math.min(Math.SQRT2, (all / (2 * fewest)) ** (1 / (sizeCount - 1)))
  const sizes = Array.from({ length: sizeCount }, (_, i) => Math.round(all / Math.max(1, ratio) ** i))
  return [...new Set(sizes)].reverse()
}

/** Distinct units with anomalous images among those scored, of the first fold; the others hold as many. */
export function defectiveUnits(inputs: readonly FoldInput[], { unit }: FoldSettings): number {
  const of = ({ threshold, inference }: FoldInput): number =>
    new Set(
      [...threshold, ...inference]
        .filter(({ sample }) => sample.label === 'anomalous')
        .map(({ sample }) => unitId(sample, unit)),
    ).size
  return Math.max(0, ...inputs.map(of))
}

/**
 * Units join in one order, the same in every fold, so that the larger number holds the smaller.
 *
 * @param inputs - What the folds' detectors said, all of it.
 * Cost: sizes * draws bootstraps of {@link resamples} replicates.
 */
export function fewerDefectives(
  inputs: readonly FoldInput[],
  sizes: readonly number[],
  { level, settings, random, draws }: DefectiveOptions,
  task: Task,
): readonly DefectiveSize[] {
  const all = sizes.at(-1) ?? 0
  const progress = task.progress('fewer defective units', 'evaluations')
  let done = 0
  const measured = sizes.map((units): DefectiveSize => {
    const own = Array.from({ length: units === all ? 1 : draws }, (_, draw) => {
      checkCancelled(task)
      const ranks = ranksOf(inputs, settings, random.fork('order', draw))
      const kept = inputs.map((input) => ({
        ...input,
        threshold: thin(input.threshold, units / all, settings, ranks),
        inference: thin(input.inference, units / all, settings, ranks),
      }))
      const figures = figuresOf(kept, level, settings, random.fork('bootstrap', units, draw))
      progress.update(++done, (sizes.length - 1) * draws + 1)
      return figures
    })
    return { units, draws: own }
  })
  progress.end()
  return measured
}

/** Place of every unit in an order of all. */
function ranksOf(
  inputs: readonly FoldInput[],
  { unit }: FoldSettings,
  random: Random,
): ReadonlyMap<string, number> {
  const scored = inputs.flatMap(({ threshold, inference }) => [...threshold, ...inference])
  const ids = [...new Set(scored.map(({ sample }) => unitId(sample, unit)))].sort()
  return new Map(random.shuffleInPlace(ids).map((id, i) => [id, i]))
}

/** The first of the units that hold anomalies, and as large a share of the others, so that balance stays what it was. */
function thin(
  scored: readonly ScoredSample[],
  share: number,
  { unit }: FoldSettings,
  ranks: ReadonlyMap<string, number>,
): readonly ScoredSample[] {
  if (share >= 1) return scored
  const units = groupBy(scored, ({ sample }) => unitId(sample, unit))
  const ids = [...units.keys()].sort((a, b) => mustGet(ranks, a) - mustGet(ranks, b))
  const isHolder = (id: string): boolean =>
    mustGet(units, id).some(({ sample }) => sample.label === 'anomalous')
  const take = (of: readonly string[]): ScoredSample[] =>
    of.slice(0, Math.max(1, Math.round(share * of.length))).flatMap((id) => mustGet(units, id))
  return [...take(ids.filter(isHolder)), ...take(ids.filter((id) => !isHolder(id)))]
}

function figuresOf(
  inputs: readonly FoldInput[],
  level: 'image' | 'part',
  settings: FoldSettings,
  random: Random,
): DefectiveSize['draws'][number] {
  const results = inputs.map((input) => evaluateFold(input, settings))
  const none = { mean: null, width: null }
  if (results.some((result) => result[level] === null)) {
    return { auroc: none, escapeRate: none, overkillRate: none }
  }
  const resampled = resampleUnits(results, level, settings, random, quietTask, resamples)
  const metrics = levelMetrics(results, level, settings, resampled)
  const units = Math.min(...resampled.inferenceUnits)
  return Object.fromEntries(
    planFigures.map((name) => {
      const { mean, ci, bootstrapCi } = metrics[name]
      const { variance } = resampled.figure(name)
      const own = mean !== null && mean > 0 && mean < 1 && variance > 0
      const byUnits = own
        ? logitInterval(mean, { variance, degreesOfFreedom: Math.max(1, units - 1) }, [0, 1])
        : null
      return [name, { mean, width: widthOf(byUnits) ?? widthOf(ci) ?? widthOf(bootstrapCi) }]
    }),
  ) as DefectiveSize['draws'][number]
}

const widthOf = (interval: Interval | null): number | null => {
  const [low, high] = interval ?? [null, null]
  return low === null || high === null ? null : high - low
}
