/**
 * `--scheme leave-out --by COLUMN`: every group of images (a lot, a day, a camera, a line) is kept for judgement as a whole, once; what
 * trains and what chooses the threshold comes from the others. `--by defect` keeps whole kinds of defect from the choice of
 * the threshold.
 *
 * A group is judged with the mix it has. Of the other units all with anomalies choose the threshold, beside as many nominal images as
 * training can spare; units with images inside and outside the group are judged by those inside.
 */
import type { Sample } from '../dataset/sample.ts'
import { StatisticalError, UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import { createRandom, type Random } from '../math/random.ts'
import { present } from '../present.ts'
import { type Candidate, fillHalves, minimumPerHalf } from './fill-halves.ts'
import { type FoldPlan, toPlan } from './fold-plan.ts'
import type { Unit } from './units.ts'

export interface LeaveOutOptions {
  readonly seed: number
  readonly minTrain: number
  readonly merged: boolean
  /** `defect`, or a column of the dataset. */
  readonly by: string
}

/** A group and how many images it has, [nominal, anomalous]; by defect the nominal ones are nobody's. */
export interface Group {
  readonly value: string
  readonly images: readonly [number, number]
}

const groupOf = ({ defect, part, attributes }: Sample, by: string): string | null =>
  by === 'defect' ? defect : by === 'part' ? part : (attributes[by] ?? null)

/** Whether an image belongs to what is left out with a group, and is judged with it; by defect every nominal image may be. */
export const belongsTo = (sample: Sample, by: string, value: string): boolean =>
  by === 'defect' && sample.label === 'nominal' ? true : groupOf(sample, by) === value

/**
 * The groups there are, by name; those large enough to be judged are first.
 *
 * @throws {UsageError} No such column. @throws {StatisticalError} Fewer than two groups that can be judged.
 */
export function groupsOf(
  units: readonly Unit[],
  by: string,
): { readonly judged: readonly Group[]; readonly tooSmall: readonly Group[] } {
  const samples = units.flatMap(({ nominal, anomalous }) => [...nominal, ...anomalous])
  const counts = new Map<string, [number, number]>()
  for (const sample of samples) {
    const value = groupOf(sample, by)
    if (value === null || value === '' || (by === 'defect' && sample.label === 'nominal')) continue
    const count = counts.get(value) ?? [0, 0]
    count[sample.label === 'anomalous' ? 1 : 0]++
    counts.set(value, count)
  }
  const groups = [...counts].map(([value, images]): Group => ({ value, images })).sort(byValue)
  if (groups.length === 0) throw noColumn(samples, by)
  const isEnough = ({ images: [nominal, anomalous] }: Group): boolean =>
    anomalous >= minimumPerHalf && (by === 'defect' || nominal >= minimumPerHalf)
  const judged = groups.filter(isEnough)
  if (judged.length < 2) throw tooFewGroups(groups, judged.length, samples.length, by)
  return { judged, tooSmall: groups.filter((group) => !isEnough(group)) }
}

/**
 * One fold for each group that is large enough, in the order of their names.
 *
 * @throws {UsageError} No such column.
 * @throws {StatisticalError} Fewer than two groups to judge, or too little beside one to choose a threshold on.
 */
export function planLeaveOut(units: readonly Unit[], options: LeaveOutOptions): readonly FoldPlan[] {
  const { by, seed } = options
  const sorted = [...units].sort((x, y) => (x.id < y.id ? -1 : 1))
  return groupsOf(units, by).judged.map(({ value }, fold) => {
    const random = createRandom(seed, 'leave out', by, value)
    const plan =
      by === 'defect'
        ? withoutDefect(sorted, value, fold, options, random)
        : withoutGroup(sorted, value, fold, options, random)
    const least = Math.min(...plan.counts.threshold, ...plan.counts.inference)
    if (least >= minimumPerHalf && plan.counts.train > 0) return { ...plan, group: value }
    const [nominal, anomalous] = plan.counts.threshold
    throw new StatisticalError(
      `--by ${by}: with ${value} left out, ${plan.counts.train} images would train and ${nominal} nominal and ${anomalous} anomalous ones choose ` +
        `the threshold, where ${minimumPerHalf} of each are needed: parts that appear under several values can only be judged with all ` +
        'of their images, and have no other role. Try another column, or --unit image',
    )
  })
}

function withoutGroup(
  units: readonly Unit[],
  value: string,
  fold: number,
  { by, ...options }: LeaveOutOptions,
  random: Random,
): FoldPlan {
  const isIn = (sample: Sample): boolean => belongsTo(sample, by, value)
  const inside = units.flatMap((unit) => only(unit, isIn) ?? [])
  const ids = new Set(inside.map(({ id }) => id))
  const judged = inside.map((unit) => candidateOf(unit, false))
  const others = units
    .filter(({ id }) => !ids.has(id))
    .map((unit) => candidateOf(unit, mayTrain(unit, options)))
  const half = {
    anomalous: random.shuffleInPlace(others.filter(({ anomalous }) => anomalous > 0)),
    nominal: random.shuffleInPlace(others.filter(({ anomalous }) => anomalous === 0)),
    fewestTurns: 'last' as const,
  }
  const [threshold] = fillHalves([half], budgetOf(others, options))
  return toPlan(fold, [...judged, ...others], judged, present(threshold, 'a threshold half'))
}

function withoutDefect(
  units: readonly Unit[],
  value: string,
  fold: number,
  { by: _, ...options }: LeaveOutOptions,
  random: Random,
): FoldPlan {
  const isKind = (sample: Sample): boolean => belongsTo(sample, 'defect', value)
  const all = units.flatMap((unit) => {
    const kept = unit.strata.includes(value) ? only(unit, isKind) : unit
    return kept === null ? [] : [candidateOf(kept, mayTrain(kept, options))]
  })
  const holders = random.shuffleInPlace(all.filter(({ anomalous }) => anomalous > 0))
  const nominal = random.shuffleInPlace(all.filter(({ anomalous }) => anomalous === 0))
  const isOfKind = ({ unit }: Candidate): boolean => unit.strata.includes(value)
  const [inference, threshold] = fillHalves(
    [
      { anomalous: holders.filter(isOfKind), nominal, fewestTurns: 'first' },
      { anomalous: holders.filter((each) => !isOfKind(each)), nominal, fewestTurns: 'last' },
    ],
    budgetOf(all, options),
  )
  return toPlan(fold, all, present(inference, 'an inference half'), present(threshold, 'a threshold half'))
}

/** The unit with those images alone; null where it has none. */
function only(unit: Unit, isKept: (sample: Sample) => boolean): Unit | null {
  const nominal = unit.nominal.filter(isKept)
  const anomalous = unit.anomalous.filter(isKept)
  if (nominal.length + anomalous.length === 0) return null
  const strata = [...new Set(anomalous.map(({ defect }) => defect ?? ''))].sort()
  return { ...unit, nominal, anomalous, strata }
}

const candidateOf = (unit: Unit, trains: boolean): Candidate => ({
  unit,
  nominal: unit.nominal.length,
  anomalous: unit.anomalous.length,
  trains,
  tier: 0,
  turns: { heldOut: 0, inference: 0 },
})

const mayTrain = ({ nominal }: Unit, { merged }: Pick<LeaveOutOptions, 'merged'>): boolean =>
  nominal.length > 0 && (merged || !nominal.some(({ split }) => split === 'test'))

function budgetOf(candidates: readonly Candidate[], { minTrain }: Pick<LeaveOutOptions, 'minTrain'>): number {
  const trainable = candidates.filter(({ trains }) => trains).length
  return Math.min(trainable - Math.ceil(minTrain * trainable - 1e-9), Math.max(0, trainable - 1))
}

const byValue = (a: Group, b: Group): number => (a.value < b.value ? -1 : 1)

function noColumn(samples: readonly Sample[], by: string): UsageError {
  const columns = [...new Set(samples.flatMap(({ attributes }) => Object.keys(attributes)))].sort()
  const known = ['defect', ...(samples.some(({ part }) => part !== null) ? ['part'] : []), ...columns]
  return new UsageError(`--by: no image has a ${by}; there are ${known.join(', ')}${didYouMean(by, known)}`)
}

function tooFewGroups(
  groups: readonly Group[],
  judged: number,
  images: number,
  by: string,
): StatisticalError {
  const [only] = groups
  if (only !== undefined && groups.length === 1) {
    return new StatisticalError(`--by ${by}: all images are of ${only.value}, and nothing can be left out`)
  }
  if (groups.length >= images) {
    return new StatisticalError(
      `--by ${by}: there are as many values as images (${groups.length}): name a column that groups images`,
    )
  }
  const some = groups
    .slice(0, 8)
    .map(({ value, images: [n, a] }) => `${value} (${n} nominal, ${a} anomalous)`)
  return new StatisticalError(
    `--by ${by}: ${judged} of ${groups.length} groups can be judged, two are needed, with ${minimumPerHalf} anomalous images ` +
      `${by === 'defect' ? '' : `and ${minimumPerHalf} nominal ones `}each: ${some.join(', ')}${groups.length > 8 ? ', …' : ''}`,
  )
}
