/**
 * What it costs to be judged by a model that has never seen the group: each group left out against the same group under a random
 * split, with intervals by resampling whole units, drawn once for both.
 *
 * Fitted models and thresholds are held, so the intervals say what other units of the same groups could have shown, and not what other
 * groups could.
 */
import type { Sample } from '../dataset/sample.ts'
import type { Random } from '../math/random.ts'
import { mustGet, present } from '../present.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { Finding, Interval, LeaveOut, Loss } from '../wire/evaluation.ts'
import type { FactorySettings } from './factory-settings.ts'
import { figureIndex, figureNames } from './figures.ts'
import type { Group } from './leave-out.ts'
import { type SortedRows, sortRows, weightedFiguresInto } from './weighted-figures.ts'

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
const measured = { auroc: figureIndex.auroc, escapeRate: figureIndex.escapeRate } as const
type Measured = keyof typeof measured

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
  const index = new Map<string, number>()
  const kinds: number[] = []
  for (const { units, labels } of [...leftOut, ...known]) {
    units.forEach((unit, i) => {
      if (!index.has(unit)) {
        index.set(unit, index.size)
        kinds.push(0)
      }
      kinds[mustGet(index, unit)]! |= labels[i] === 1 ? 2 : 1
    })
  }
  const strata = [1, 2, 3].map((kind) => [...kinds.keys()].filter((unit) => kinds[unit] === kind))
  const rowsOf = ({ scores, labels, units, threshold }: JudgedFold) => ({
    threshold,
    rows: sortRows(
      { scores: Float64Array.from(scores), labels: Uint8Array.from(labels) },
      units.map((unit) => mustGet(index, unit)),
    ),
  })
  const folds = { leftOut: leftOut.map(rowsOf), known: known.map(rowsOf) }
  const out = new Float64Array(figureNames.length)
  const figureOf = (
    rows: SortedRows,
    threshold: number,
    weights: Float64Array | null,
    at: number,
  ): number => {
    weightedFiguresInto(out, rows, weights, threshold, settings)
    return out[at]!
  }
  const both = (weights: Float64Array | null, name: Measured) => {
    const mean = (of: typeof folds.known) =>
      average(
        of
          .map(({ rows, threshold }) => figureOf(rows, threshold, weights, measured[name]))
          .filter(Number.isFinite),
      )
    return { leftOut: mean(folds.leftOut), known: mean(folds.known) }
  }
  const names = Object.keys(measured) as Measured[]
  const replicates: Record<Measured, number[]> = { auroc: [], escapeRate: [] }
  const weights = new Float64Array(index.size)
  for (let r = 0; r < resamples; r++) {
    checkCancelled(task)
    weights.fill(0)
    for (const members of strata) {
      for (let i = 0; i < members.length; i++) weights[members[random.integer(members.length)]!]!++
    }
    for (const name of names) {
      const loss = lossBetween(name, both(weights, name))
      if (loss !== null) replicates[name].push(loss)
    }
  }
  const entry = (name: Measured): Replicated => {
    const found = both(null, name)
    const loss = lossBetween(name, found)
    const drawn = replicates[name]
    // A replicate without one of the labels says nothing; they are few, and the order of the others does not matter.
    const filled = Array.from(
      { length: resamples },
      (_, r) => drawn[r % Math.max(1, drawn.length)] ?? Number.NaN,
    )
    return { ...found, loss, ci: loss === null ? [null, null] : percentiles(drawn), replicates: filled }
  }
  return { auroc: entry('auroc'), escapeRate: entry('escapeRate') }
}

/** What is worse left out is above 0. */
function lossBetween(
  name: Measured,
  { leftOut, known }: { leftOut: number | null; known: number | null },
): number | null {
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
