/**
 * Policies that allow false alarms by counting nominal scores: max-fpr, conformal, Neyman-Pearson.
 *
 * All three put the threshold just above a nominal score, the next double, so that ties with it are passed and no promise breaks.
 * They differ in how many nominal scores of the threshold set may lie at or above the threshold. Defects play no part.
 */
import { StatisticalError } from '../../errors.ts'
import { binomialCdf } from '../../math/distributions.ts'
import { nextUp } from '../../math/next-up.ts'

export type RankPolicy = 'max-fpr' | 'conformal' | 'neyman-pearson'

/**
 * @param nominal - Nominal scores of the threshold set, at least one, finite; sorted in place.
 * @param alpha - Tolerated false-alarm rate, 0..1 exclusive. @param delta - 1 - confidence (Neyman-Pearson), 0..1 exclusive.
 * @throws {StatisticalError} Too few scores for the promise; with the number that would do, and the best alpha for these.
 * Cost: O(n log n).
 */
export function rankThreshold(
  policy: RankPolicy,
  nominal: Float64Array,
  alpha: number,
  delta: number,
): number {
  const allowed = allowedAbove[policy](nominal.length, alpha, delta)
  nominal.sort()
  return nextUp(nominal[nominal.length - 1 - allowed]!)
}

/** How many of n nominal scores may lie at or above the threshold; less than n. */
const allowedAbove: Readonly<Record<RankPolicy, (n: number, alpha: number, delta: number) => number>> = {
  /** As many as make the rate on the threshold set itself at most alpha. */
  'max-fpr': (n, alpha) => largestPart(n, alpha),

  /**
   * Split conformal prediction (Vovk et al. 2005; Papadopoulos et al. 2002): a new nominal score is as likely to take any of n + 1
   * ranks among the old ones, so it lies above the r-th smallest with probability at most 1 - r / (n + 1).
   */
  conformal(n, alpha) {
    const ranks = largestPart(n + 1, alpha)
    if (ranks >= 1) return ranks - 1
    throw new StatisticalError(
      `conformal: ${scoresOf(n)} cannot hold false alarms to ${percent(alpha)}: that takes ${smallestConformal(alpha)}. ` +
        `With ${n}, --alpha ${roundUp(1 / (n + 1))} is the least; or take max-fpr, which promises nothing.`,
    )
  },

  /**
   * The rate of the threshold above the r-th smallest of n scores exceeds alpha with probability P(Bin(n, 1 - alpha) >= r),
   * or less with ties, whatever the distribution; the smallest r is taken for which this is at most delta (Tong, Feng and
   * Li 2018, Science Advances 4, proposition 1).
   */
  'neyman-pearson'(n, alpha, delta) {
    if (!isRare(0, n, alpha, delta)) {
      const best = roundUp(1 - delta ** (1 / n))
      throw new StatisticalError(
        `neyman-pearson: ${scoresOf(n)} cannot show that false alarms are at most ${percent(alpha)} with ${percent(1 - delta)} ` +
          `confidence: that takes ${smallestNeymanPearson(alpha, delta)}. With ${n}, --alpha ${best} is the least ` +
          `(at --delta ${delta}); or take conformal or max-fpr, which promise less.`,
      )
    }
    let [fits, fails] = [0, n]
    while (fails - fits > 1) {
      const middle = (fits + fails) >>> 1
      if (isRare(middle, n, alpha, delta)) fits = middle
      else fails = middle
    }
    return fits
  },
}

/** Whether at most k of n scores lie above their true (1 - alpha) quantile with probability <= delta, rounding forgiven. */
function isRare(k: number, n: number, alpha: number, delta: number): boolean {
  return binomialCdf(k, n, alpha) <= delta * (1 + 1e-12)
}

/** Fewest nominal scores with which `neyman-pearson` can keep its promise: 59 for 5 % and 5 %, 299 for 1 % and 5 %. */
export function smallestNeymanPearson(alpha: number, delta: number): number {
  let n = Math.max(1, Math.floor(Math.log(delta) / Math.log1p(-alpha)))
  while (!isRare(0, n, alpha, delta)) n++
  return n
}

/** Fewest nominal scores with which `conformal` can keep its promise: 19 for 5 %, 99 for 1 %. */
export function smallestConformal(alpha: number): number {
  let n = Math.max(1, Math.floor(1 / alpha) - 1)
  while (1 / (n + 1) > alpha) n++
  return n
}

/** The largest whole k with k / n <= share, not misled by the rounding of share * n. */
export function largestPart(n: number, share: number): number {
  const k = Math.floor(share * n)
  return (k + 1) / n <= share ? k + 1 : k
}

/** Three digits, rounded up, so that what is printed will do. */
function roundUp(share: number): number {
  const unit = 10 ** (Math.floor(Math.log10(share)) - 2)
  return Number((Math.ceil(share / unit) * unit).toPrecision(3))
}

const scoresOf = (n: number): string => `${n} nominal score${n === 1 ? '' : 's'}`

export const percent = (share: number): string => `${Number((100 * share).toPrecision(6))} %`
