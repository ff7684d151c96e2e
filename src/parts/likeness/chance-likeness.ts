/**
 * How alike pictures of different parts are in this dataset, and from what likeness on two pictures are called the same
 * part.
 *
 * Pairs drawn at random show different parts but for a few. The bulk of their likeness, after Fisher's transform, is fitted
 * by a normal distribution (the empirical null of Efron 2004, J. Amer. Statist. Assoc. 99); the least likeness is the one
 * at which fewer than one false pair is expected among all pairs of the dataset (the number of false alarms of Desolneux,
 * Moisan and Morel 2000). So where all parts look alike the demand rises by itself, in the end beyond reach.
 */

import { normalQuantile } from '../../math/distributions.ts'
import { lowerQuantileOfSorted } from '../../math/order-statistics.ts'
import type { Random } from '../../math/random.ts'
import { checkCancelled, sharedThread, type Task } from '../../task.ts'
import type { Likeness } from './likeness.ts'

export interface ChanceLikeness {
  /** Of Fisher's transform of the likeness of different parts. */
  readonly centre: number
  readonly spread: number
  /** Least likeness of two pictures of one part, in standard deviations above the centre. */
  readonly leastDeviations: number
  /** The same as a correlation. */
  readonly least: number
}

const drawn = 3000
/** Expected number of false pairs in the whole dataset. */
const falsePairs = 1
/**
 * The tail of the likeness of different parts is heavier than normal, because some parts are more alike than others (same
 * lot, same pose, same light). Calibrated on datasets whose parts are known: docs/hidden-parts.md.
 */
const heavyTail = 1.25
/** Two pictures of one part share more than half of what is theirs alone, whatever the statistics say. */
const leastCorrelation = 0.5

export async function chanceLikeness(
  likeness: Likeness,
  random: Random,
  task: Task,
): Promise<ChanceLikeness> {
  const { count } = likeness
  const pairs = Array.from({ length: drawn }, () => {
    const i = random.integer(count)
    return [i, (i + 1 + random.integer(count - 1)) % count] as const
  }).sort(([a], [b]) => a - b)
  const transformed = new Float64Array(drawn)
  const turn = sharedThread()
  for (const [at, [i, j]] of pairs.entries()) {
    await turn()
    checkCancelled(task)
    transformed[at] = fisher(likeness.between(i, j))
  }
  transformed.sort()
  const quantile = (p: number): number => lowerQuantileOfSorted(transformed, p)
  const centre = quantile(0.5)
  // The upper side alone; a tenth of the pairs may show one part without harm.
  const spread = Math.max(
    ...[0.75, 0.9].map((p) => (quantile(p) - centre) / normalQuantile(p)),
    Number.EPSILON,
  )
  const allPairs = (count * (count - 1)) / 2
  const byChance = -heavyTail * normalQuantile(Math.min(0.5, falsePairs / allPairs))
  const leastDeviations = Math.max(byChance, (fisher(leastCorrelation) - centre) / spread)
  return { centre, spread, leastDeviations, least: Math.tanh(centre + leastDeviations * spread) }
}

/** Likeness in standard deviations above what different parts have. */
export function deviationsOf(likeness: number, { centre, spread }: ChanceLikeness): number {
  return (fisher(likeness) - centre) / spread
}

function fisher(correlation: number): number {
  return Math.atanh(Math.max(-0.999999, Math.min(0.999999, correlation)))
}
