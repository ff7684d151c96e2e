/**
 * For whom does the detector fail? Escape and overkill rates by defect type, part and every column of the manifest.
 *
 * An image counts once however many folds judged it: its share of wrong verdicts enters the rate, and the interval counts
 * distinct units. Among many small groups one always looks bad, so a group is called the worst only where it
 * has enough units and is worse than the others by Fisher's exact test after Holm's correction (1979) over its column.
 */
import type { Sample } from '../dataset/sample.ts'
import { groupBy } from '../math/group-by.ts'
import { mustGet } from '../present.ts'
import type { Interval, Subgroup } from '../wire/evaluation.ts'
import { rateInterval } from './clustered-intervals.ts'
import type { FoldResult } from './evaluate-fold.ts'
import { auroc } from './metrics/roc.ts'

/** Groups with fewer distinct units are shown but never called the worst. */
export const minimumGroupUnits = 5
/** A column with more groups than this lists only those with the most wrong verdicts, `listedGroups` of them. */
const mostGroups = 30
const listedGroups = 10
/** Manifest columns with this many distinct values are taken for groups; more are names or measurements. */
const columnValues = { least: 2, most: 50 }
const alpha = 0.05

interface Judged {
  readonly sample: Sample
  readonly unit: string
  /** Verdicts over the folds, and how many of them were wrong. */
  draws: number
  wrong: number
}

/** Cost: O(folds * n log n * columns). */
export function subgroups(folds: readonly FoldResult[]): readonly Subgroup[] {
  return columnsOf(judge(folds)).flatMap(({ column, value, groups }) => {
    const entries = [...groups.keys()]
      .sort()
      .map((key) => describe(column, key, mustGet(groups, key), folds, (sample) => value(sample) === key))
    const worst = findWorst(groups)
    const marked = entries.map((entry) => ({ ...entry, worst: worst.has(entry.value) }))
    if (marked.length <= mostGroups) return marked
    return marked.sort((a, b) => wrongness(b) - wrongness(a)).slice(0, listedGroups)
  })
}

/** Every group of every column that is large enough to be tested, for escapes and for overkill. Cost: O(n * columns). */
export function subgroupTests(
  folds: readonly FoldResult[],
): readonly (GroupTest & { readonly column: string; readonly label: Sample['label'] })[] {
  return columnsOf(judge(folds)).flatMap(({ column, groups }) =>
    (['anomalous', 'nominal'] as const).flatMap((label) =>
      testGroups(groups, label).map((test) => ({ ...test, column, label })),
    ),
  )
}

interface Column {
  readonly column: string
  readonly value: (sample: Sample) => string | null
  readonly groups: ReadonlyMap<string, readonly Judged[]>
}

function columnsOf(judged: readonly Judged[]): readonly Column[] {
  const columns: Omit<Column, 'groups'>[] = [
    { column: 'defect', value: (sample) => sample.defect },
    { column: 'part', value: (sample) => sample.part },
    ...[...new Set(judged.flatMap(({ sample }) => Object.keys(sample.attributes)))].sort().map((column) => ({
      column,
      value: (sample: Sample) => sample.attributes[column] ?? null,
    })),
  ]
  return columns.flatMap(({ column, value }) => {
    const groups = groupBy(
      judged.filter(({ sample }) => value(sample) !== null),
      ({ sample }) => value(sample) ?? '',
    )
    const isAttribute = column !== 'defect' && column !== 'part'
    if (isAttribute && (groups.size < columnValues.least || groups.size > columnValues.most)) return []
    return [{ column, value, groups }]
  })
}

function judge(folds: readonly FoldResult[]): readonly Judged[] {
  const judged = new Map<string, Judged>()
  for (const { image } of folds) {
    const { samples, clusters, scores, labels } = image.rows.inference
    for (const [i, row] of samples.entries()) {
      const sample = row[0]!
      const entry = judged.get(sample.id) ?? { sample, unit: clusters[i]!, draws: 0, wrong: 0 }
      entry.draws++
      if (scores[i]! >= image.threshold !== (labels[i] === 1)) entry.wrong++
      judged.set(sample.id, entry)
    }
  }
  return [...judged.keys()].sort().map((id) => mustGet(judged, id))
}

function describe(
  column: string,
  value: string,
  members: readonly Judged[],
  folds: readonly FoldResult[],
  isMember: (sample: Sample) => boolean,
): Omit<Subgroup, 'worst'> {
  const anomalous = members.filter(({ sample }) => sample.label === 'anomalous')
  const nominal = members.filter(({ sample }) => sample.label === 'nominal')
  const escapes = wrongRate(anomalous)
  const overkills = wrongRate(nominal)
  return {
    column,
    value,
    images: members.length,
    units: new Set(members.map(({ unit }) => unit)).size,
    label: anomalous.length === 0 ? 'nominal' : nominal.length === 0 ? 'anomalous' : 'both',
    auroc: anomalous.length === 0 ? null : groupAuroc(folds, isMember, nominal.length > 0),
    escapeRate: escapes.rate,
    escapeCi: escapes.ci,
    overkillRate: overkills.rate,
    overkillCi: overkills.ci,
  }
}

/** Each image once, by its share of wrong verdicts; tallied by unit. */
function tallies(members: readonly Judged[]): { hits: number; count: number }[] {
  const units = groupBy(members, ({ unit }) => unit)
  return [...units.values()].map((images) => ({
    hits: images.reduce((sum, { wrong, draws }) => sum + wrong / draws, 0),
    count: images.length,
  }))
}

function wrongRate(members: readonly Judged[]): { rate: number | null; ci: Interval | null } {
  if (members.length === 0) return { rate: null, ci: null }
  const units = tallies(members)
  const hits = units.reduce((sum, unit) => sum + unit.hits, 0)
  return { rate: hits / members.length, ci: rateInterval(hits, members.length, units) }
}

/** Mean over folds of the group's anomalous images against its own nominal ones, or against all where it has none. */
function groupAuroc(
  folds: readonly FoldResult[],
  isMember: (sample: Sample) => boolean,
  own: boolean,
): number | null {
  const areas = folds.flatMap(({ image }) => {
    const { samples, scores, labels } = image.rows.inference
    const kept = [...scores.keys()].filter((i) => isMember(samples[i]![0]!) || (!own && labels[i] === 0))
    return (
      auroc(
        Float64Array.from(kept, (i) => scores[i]!),
        Uint8Array.from(kept, (i) => labels[i]!),
      ) ?? []
    )
  })
  return areas.length > 0 ? areas.reduce((sum, area) => sum + area, 0) / areas.length : null
}

/** Values that are the worst of their column in escapes or in overkill, where that can be claimed. */
function findWorst(groups: ReadonlyMap<string, readonly Judged[]>): ReadonlySet<string> {
  const worst = new Set<string>()
  for (const label of ['anomalous', 'nominal'] as const) {
    const tested = testGroups(groups, label)
    // Holm's first step is all that the single worst group needs.
    const first = tested[0]
    if (first && first.pValue * tested.length < alpha) worst.add(first.value)
  }
  return worst
}

/** Is a group worse than the others of its column? */
export interface GroupTest {
  readonly value: string
  readonly units: number
  /** Rate of wrong verdicts in the group and among all the others, each unit counted once, 0..1. */
  readonly rate: number
  readonly others: number
  /** One-sided, not corrected for the number of groups. */
  readonly pValue: number
}

/** Smallest p-value first. */
function testGroups(
  groups: ReadonlyMap<string, readonly Judged[]>,
  label: Sample['label'],
): readonly GroupTest[] {
  const counts = [...groups].map(([value, members]) => {
    const units = tallies(members.filter(({ sample }) => sample.label === label))
    const wrong = units.reduce((sum, { hits, count }) => sum + hits / count, 0)
    return { value, units: units.length, wrong }
  })
  const all = { units: 0, wrong: 0 }
  for (const { units, wrong } of counts) {
    all.units += units
    all.wrong += wrong
  }
  return counts
    .filter(({ units }) => units >= minimumGroupUnits && units < all.units)
    .map(({ value, units, wrong }) => ({
      value,
      units,
      rate: wrong / units,
      others: (all.wrong - wrong) / (all.units - units),
      pValue: fisherGreater(Math.round(wrong), units, Math.round(all.wrong), all.units),
    }))
    .sort((a, b) => a.pValue - b.pValue)
}

/** P(at least `hits` of `n`) when `allHits` of `all` are spread at random: Fisher's exact test, one-sided. */
export function fisherGreater(hits: number, n: number, allHits: number, all: number): number {
  const logFactorial = new Float64Array(all + 1)
  for (let i = 1; i <= all; i++) logFactorial[i] = logFactorial[i - 1]! + Math.log(i)
  const logChoose = (a: number, b: number) => logFactorial[a]! - logFactorial[b]! - logFactorial[a - b]!
  let p = 0
  for (let x = hits; x <= Math.min(n, allHits); x++) {
    if (n - x > all - allHits) continue
    p += Math.exp(logChoose(allHits, x) + logChoose(all - allHits, n - x) - logChoose(all, n))
  }
  return Math.min(1, p)
}

const wrongness = (group: Subgroup): number => Math.max(group.escapeRate ?? 0, group.overkillRate ?? 0)
