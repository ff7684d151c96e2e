/**
 * What it costs to be judged by a model that has never seen the group: each group left out against the same group under a random
 * split, with intervals by resampling whole units, drawn once for both.
 *
 * Fitted models and thresholds are held, so the intervals say what other units of the same groups could have shown, and not what other
 * groups could.
 */
import type { Sample } from '../dataset/sample.ts'
import type { Random } from '../math/random.ts'
import { present } from '../present.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { Finding, Interval, LeaveOut, Loss } from '../wire/evaluation.ts'
import type { FactorySettings } from './factory-settings.ts'
import { figureIndex, figureNames } from './figures.ts'
import type { Group } from './leave-out.ts'
import { drawUnitsInto, unitStrata } from './unit-strata.ts'
import { weightedFiguresInto } from './weighted-figures.ts'

/** The judged images of a fold. Arrays are parallel. */
export interface JudgedFold {
  readonly samples: readonly Sample[]
  /** What is resampled as one. */
  readonly units: readonly string[]
  /** 1 = anomalous. */
  readonly labels: ArrayLike<number>
  readonly scores: ArrayLike<number>
  readonly threshold: number
}

export interface LeftOutGroup extends Group {
  /** Its images judged without it: once, or once for each support. */
  readonly leftOut: readonly JudgedFold[]
  /** The group's images in each fold of a random split. */
  readonly known: readonly JudgedFold[]
}

const resamples = 1000
const measured = ['auroc', 'escapeRate'] as const
type Measured = (typeof measured)[number]
type Both = Pick<Loss, 'leftOut' | 'known'>

/** Cost: O(resamples * folds * n). */
export function measureLoss(
  groups: readonly LeftOutGroup[],
  settings: FactorySettings,
  random: Random,
  task: Task,
): Pick<LeaveOut, 'groups' | 'mean'> {
  const found = groups.map((group) => lossOf(group, settings, random.fork(group.value), task))
  const over = (name: Measured): Loss => {
    const known = found.map((each) => each[name]).filter(({ loss }) => loss !== null)
    const replicates = Array.from({ length: resamples }, (_, r) =>
      average(known.map((each) => each.replicates[r]!)),
    )
    return {
      leftOut: average(known.flatMap((each) => each.leftOut ?? [])),
      known: average(known.flatMap((each) => each.known ?? [])),
      loss: average(known.flatMap((each) => each.loss ?? [])),
      ci: percentiles(replicates.filter((value) => value !== null)),
    }
  }
  const plain = ({ replicates: _, ...loss }: Replicated): Loss => loss
  return {
    groups: groups.map(({ value, images }, i) => ({
      group: value,
      images: [...images],
      auroc: plain(found[i]!.auroc),
      escapeRate: plain(found[i]!.escapeRate),
    })),
    mean: { auroc: over('auroc'), escapeRate: over('escapeRate') },
  }
}

type Replicated = Loss & { readonly replicates: readonly number[] }

function lossOf(
  { leftOut, known }: LeftOutGroup,
  settings: FactorySettings,
  random: Random,
  task: Task,
): Readonly<Record<Measured, Replicated>> {
  const rowsOf = ({ units, scores, labels }: JudgedFold) => ({ clusters: units, scores, labels })
  const drawn = unitStrata([...leftOut, ...known].map(rowsOf))
  const sorted = (of: readonly JudgedFold[]) =>
    of.map((fold) => ({ rows: drawn.sorted(rowsOf(fold)), threshold: fold.threshold }))
  const folds = { leftOut: sorted(leftOut), known: sorted(known) }
  const out = new Float64Array(figureNames.length)
  /** Means over the folds in which the figure is defined. */
  const both = (weights: Float64Array | null): Readonly<Record<Measured, Both>> => {
    const means = (of: typeof folds.known) => {
      const figures = of.map(({ rows, threshold }) => {
        weightedFiguresInto(out, rows, weights, threshold, settings)
        return { auroc: out[figureIndex.auroc]!, escapeRate: out[figureIndex.escapeRate]! }
      })
      return (name: Measured) => average(figures.map((each) => each[name]).filter(Number.isFinite))
    }
    const [without, within] = [means(folds.leftOut), means(folds.known)]
    const at = (name: Measured): Both => ({ leftOut: without(name), known: within(name) })
    return { auroc: at('auroc'), escapeRate: at('escapeRate') }
  }
  const replicates: Record<Measured, number[]> = { auroc: [], escapeRate: [] }
  const weights = new Float64Array(drawn.units)
  for (let r = 0; r < resamples; r++) {
    checkCancelled(task)
    drawUnitsInto(weights, drawn, random)
    const figures = both(weights)
    for (const name of measured) {
      const loss = lossBetween(name, figures[name])
      if (loss !== null) replicates[name].push(loss)
    }
  }
  const observed = both(null)
  const entry = (name: Measured): Replicated => {
    const loss = lossBetween(name, observed[name])
    const losses = replicates[name]
    // A replicate without one of the labels says nothing; they are few, and the order of the others does not matter.
    const filled = Array.from(
      { length: resamples },
      (_, r) => losses[r % Math.max(1, losses.length)] ?? Number.NaN,
    )
    const ci: Interval = loss === null ? [null, null] : percentiles(losses)
    return { ...observed[name], loss, ci, replicates: filled }
  }
  return { auroc: entry('auroc'), escapeRate: entry('escapeRate') }
}

/** What is worse left out is above 0. */
function lossBetween(name: Measured, { leftOut, known }: Both): number | null {
  if (leftOut === null || known === null) return null
  return name === 'auroc' ? known - leftOut : leftOut - known
}

const average = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

function percentiles(values: readonly number[]): Interval {
  if (values.length < resamples / 2) return [null, null]
  const sorted = Float64Array.from(values).sort()
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!
  return [at(0.025), at(0.975)]
}

/** Groups that do worse when they are left out, by an interval that leaves 0 out: the detector knows them. */
export function leaveOutFinding({ by, groups }: LeaveOut): Finding | null {
  const name = by === 'defect' ? 'escapeRate' : 'auroc'
  const lost = groups.filter((each) => (each[name].ci[0] ?? 0) > 0)
  const worst = lost.toSorted((a, b) => (b[name].loss ?? 0) - (a[name].loss ?? 0))[0]
  if (worst === undefined) return null
  const { loss, leftOut, known, ci } = worst[name]
  const figure = (value: number | null): string => {
    const known = present(value, `a figure of ${name}`)
    return name === 'auroc' ? known.toFixed(3) : `${(100 * known).toFixed(1)} %`
  }
  const bounds = `95 % interval of the difference ${figure(ci[0])} to ${figure(ci[1])}`
  const more = lost.length > 1 ? ` (and ${lost.length - 1} more)` : ''
  const isDefect = by === 'defect'
  return {
    id: 'generalisation.group',
    severity: 'warning',
    title: isDefect
      ? `The threshold knows the defect ${worst.group}${more}: ${figure(leftOut)} of them escape where none helped to choose it, ${figure(known)} otherwise (${bounds}).`
      : `The detector knows the ${by} ${worst.group}${more}: AUROC ${figure(leftOut)} where nothing of it trained, ${figure(known)} otherwise (${bounds}).`,
    evidence: { by, group: worst.group, loss, leftOut, known, ci, groups: lost.map(({ group }) => group) },
    remedy: isDefect
      ? 'Expect that of kinds of defect that nobody has seen yet: a threshold from nominal parts alone (--threshold neyman-pearson or conformal) knows none.'
      : `Expect the lower figure for a ${by} that is new. Photograph good parts under every ${by} that will be used, or make them alike (light, exposure, focus) and evaluate again.`,
  }
}
