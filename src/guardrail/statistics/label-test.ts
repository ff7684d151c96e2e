/**
 * Can a few numbers tell anomalous from nominal? A cross-validated linear classifier, and the chance that it does as well
 * on labels that were dealt out anew.
 *
 * Fisher's discriminant by least squares (Hastie, Tibshirani and Friedman 2009, section 4.3) on normal scores of the
 * features and their squares, ridge-regularised; predictions are linear in the labels, so that a permutation costs one
 * product. Whole units are held out together and keep their labels together when these are dealt out: images of one part
 * are no independent witnesses.
 */

import { auroc } from '../../evaluate/metrics/roc.ts'
import { normalQuantile } from '../../math/distributions.ts'
import { invert } from '../../math/elimination.ts'
import type { Random } from '../../math/random.ts'
import { checkCancelled, sharedThread, type Task } from '../../task.ts'

export interface LabelTest {
  /** Cross-validated; 0.5 where the features say nothing. */
  readonly auroc: number
  /** 95 %, by resampling whole units. */
  readonly ci: readonly [number, number]
  /** (1 + permutations at least as good) / (1 + permutations) (Phipson and Smyth 2010). */
  readonly pValue: number
  readonly permutations: number
  readonly units: number
}

export interface LabelTestInput {
  /** One row a picture, all of the same length; NaN for unknown. */
  readonly rows: readonly (readonly number[])[]
  /** 1 = anomalous. */
  readonly labels: Uint8Array
  readonly units: readonly string[]
  readonly random: Random
  readonly task: Task
}

const folds = 5
const permutations = 499
const resamples = 500
/** Penalty on every weight, in units of a picture's contribution. */
const ridge = 1
/** Units that must be able to exchange their labels. With 6, 1 in 20 is the least p-value that labels 3 to 3 can have. */
const leastExchangeable = 8

/** @returns null where labels cannot be dealt out anew: too few units, or all of one label. Cost: O(permutations n d). */
export async function labelTest(input: LabelTestInput): Promise<LabelTest | null> {
  const { labels, random, task } = input
  const units = unitsOf(input.units)
  const deal = dealer(units, labels)
  if (deal === null) return null
  const features = expand(input.rows)
  const shares = holdOut(units, labels, random.fork('folds'))
  const predict = predictor(features, shares)
  const score = (of: Uint8Array): number => meanAuroc(predict(of), of, shares)
  const predicted = predict(labels)
  const observed = meanAuroc(predicted, labels, shares)
  const stream = random.fork('permutations')
  const turn = sharedThread()
  let atLeast = 1
  for (let i = 0; i < permutations; i++) {
    await turn()
    checkCancelled(task)
    if (score(deal(stream)) >= observed - 1e-12) atLeast++
  }
  return {
    auroc: observed,
    ci: resampled(predicted, labels, shares, units, random.fork('interval')),
    pValue: atLeast / (permutations + 1),
    permutations,
    units: units.length,
  }
}

/**
 * How well one feature does alone, without asking how well it would by chance.
 *
 * @returns Cross-validated AUROC, 0..1. Cost: O(n).
 */
export function labelAuroc({ rows, labels, units, random }: Omit<LabelTestInput, 'task'>): number {
  const shares = holdOut(unitsOf(units), labels, random.fork('folds'))
  return meanAuroc(predictor(expand(rows), shares)(labels), labels, shares)
}

type Units = readonly (readonly number[])[]

function unitsOf(names: readonly string[]): Units {
  const found = new Map<string, number[]>()
  names.forEach((name, i) => {
    const members = found.get(name)
    if (members) members.push(i)
    else found.set(name, [i])
  })
  return [...found.values()]
}

/**
 * Deals the labels out anew. Where every unit is of one label, units swap it; where some hold both (wear that grows),
 * units of as many pictures swap all their labels, in order.
 */
function dealer(units: Units, labels: Uint8Array): ((random: Random) => Uint8Array) | null {
  const isPure = units.every((unit) => unit.every((i) => labels[i] === labels[unit[0]!]))
  const classes = new Map<number, Units[number][]>()
  for (const unit of units) {
    const size = isPure ? 0 : unit.length
    classes.set(size, [...(classes.get(size) ?? []), unit])
  }
  const pattern = (unit: readonly number[]): string =>
    isPure ? String(labels[unit[0]!]) : unit.map((i) => labels[i]).join('')
  const exchanging = [...classes.values()].filter((members) => new Set(members.map(pattern)).size > 1)
  if (exchanging.reduce((sum, { length }) => sum + length, 0) < leastExchangeable) return null
  return (random) => {
    const dealt = Uint8Array.from(labels)
    for (const members of exchanging) {
      const order = random.shuffleInPlace(members.map((_, i) => i))
      members.forEach((unit, at) => {
        const giver = members[order[at]!]!
        unit.forEach((i, k) => {
          dealt[i] = labels[isPure ? giver[0]! : giver[k]!]!
        })
      })
    }
    return dealt
  }
}

/** Normal scores of every feature and their squares, columns centred; constant ones left out. */
function expand(rows: readonly (readonly number[])[]): Float64Array[] {
  const columns: Float64Array[] = []
  for (let f = 0; f < rows[0]!.length; f++) {
    const scores = normalScores(rows.map((row) => row[f]!))
    for (const column of [scores, scores.map((value) => value * value)]) {
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length
      const centred = column.map((value) => value - mean)
      if (centred.some((value) => Math.abs(value) > 1e-9)) columns.push(centred)
    }
  }
  return columns
}

/** Ranks to quantiles of the normal distribution, ties share their mean rank; the unknown is in the middle. */
function normalScores(values: readonly number[]): Float64Array {
  const known = values.map((_, i) => i).filter((i) => !Number.isNaN(values[i]!))
  known.sort((a, b) => values[a]! - values[b]!)
  const scores = new Float64Array(values.length)
  for (let start = 0; start < known.length; ) {
    let end = start + 1
    while (end < known.length && values[known[end]!] === values[known[start]!]) end++
    const score = normalQuantile((start + end) / 2 / known.length)
    for (let k = start; k < end; k++) scores[known[k]!] = score
    start = end
  }
  return scores
}

/** Whole units, dealt to the folds in turn, those with anomalous pictures first: every fold has its share of both. */
function holdOut(units: Units, labels: Uint8Array, random: Random): readonly (readonly number[])[] {
  const shares: number[][] = Array.from({ length: folds }, () => [])
  const isAnomalous = (unit: readonly number[]): boolean => unit.some((i) => labels[i] === 1)
  const shuffled = random.shuffleInPlace([...units])
  const inTurn = [...shuffled.filter(isAnomalous), ...shuffled.filter((unit) => !isAnomalous(unit))]
  inTurn.forEach((unit, i) => {
    shares[i % folds]!.push(...unit)
  })
  return shares.filter(({ length }) => length > 0)
}

/** For each fold the weights follow from the labels by one fixed matrix, (X'X + ridge)^-1 X'. */
function predictor(columns: readonly Float64Array[], shares: readonly (readonly number[])[]) {
  const dims = columns.length
  const count = columns[0]?.length ?? shares.flat().length
  const solved = shares.map((held) => {
    const isHeld = new Uint8Array(count)
    for (const i of held) isHeld[i] = 1
    const train = Array.from({ length: count }, (_, i) => i).filter((i) => isHeld[i] === 0)
    const gram = columns.flatMap((a) =>
      columns.map((b) => {
        let sum = a === b ? ridge : 0
        for (const i of train) sum += a[i]! * b[i]!
        return sum
      }),
    )
    const inverse = invert(gram, dims, { isPivoting: false })
    return { held, train, inverse: columns.map((_, a) => inverse.subarray(a * dims, (a + 1) * dims)) }
  })
  return (labels: Uint8Array): Float64Array => {
    const predicted = new Float64Array(count)
    for (const { held, train, inverse } of solved) {
      const mean = train.reduce((sum, i) => sum + labels[i]!, 0) / train.length
      const products = columns.map((column) => {
        let sum = 0
        for (const i of train) sum += column[i]! * (labels[i]! - mean)
        return sum
      })
      const weights = inverse.map((row) => row.reduce((sum, value, b) => sum + value * products[b]!, 0))
      for (const i of held) {
        predicted[i] = columns.reduce((sum, column, a) => sum + column[i]! * weights[a]!, 0)
      }
    }
    return predicted
  }
}

/** Of the folds in which both labels occur, each by its own scale. */
function meanAuroc(
  predicted: Float64Array,
  labels: Uint8Array,
  shares: readonly (readonly number[])[],
): number {
  const areas = shares
    .map((held) =>
      auroc(
        Float64Array.from(held, (i) => predicted[i]!),
        Uint8Array.from(held, (i) => labels[i]!),
      ),
    )
    .filter((area) => area !== null)
  return areas.length === 0 ? 0.5 : areas.reduce((sum, area) => sum + area, 0) / areas.length
}

function resampled(
  predicted: Float64Array,
  labels: Uint8Array,
  shares: readonly (readonly number[])[],
  units: Units,
  random: Random,
): readonly [number, number] {
  const foldOf = new Int32Array(labels.length)
  shares.forEach((held, fold) => {
    for (const i of held) foldOf[i] = fold
  })
  const areas = Float64Array.from({ length: resamples }, () => {
    const drawn: number[][] = shares.map(() => [])
    for (let u = 0; u < units.length; u++) {
      const unit = units[random.integer(units.length)]!
      drawn[foldOf[unit[0]!]!]!.push(...unit)
    }
    return meanAuroc(predicted, labels, drawn)
  }).sort()
  return [areas[Math.floor(0.025 * resamples)]!, areas[Math.ceil(0.975 * resamples) - 1]!]
}
