/**
 * A learning curve carried beyond what was measured, with an interval that knows how wrong carrying has been.
 *
 * 1. The errors are made to fall (`math/monotone.ts`): more examples do no harm, and what rises is noise.
 * 2. An inverse power law is fitted, and moved to go through the last size: what comes is told as a share of what is.
 * 3. Replicates of whole curves go the same way; their spread says what other units and other supports would have given.
 * 4. The curve is cut off at every size from the third on and carried to the sizes that were held back. What it missed there, per
 *    doubling, is added to the variance for every doubling that is extrapolated.
 *
 * Intervals are made on the logit scale, as those of `mean-interval.ts` are. How often they hold the truth: `docs/plan.md`.
 */
import { falling } from '../../math/monotone.ts'
import { perfectBound } from '../clustered-intervals.ts'
import { logitInterval, type MeanVariance } from '../mean-interval.ts'
import { sampleVariance } from '../resample-units.ts'
import { errorAt, fitPowerLaw, type PowerLaw } from './power-law.ts'

export interface MeasuredCurve {
  /** Ascending, at least {@link leastSizes} of them. */
  readonly sizes: readonly number[]
  /** 0..1, lower = better; one for each size. */
  readonly errors: readonly number[]
  /** What the curve could have been: the variances of all ways add up, each times its weight. */
  readonly ways: readonly { readonly weight: number; readonly replicates: readonly (readonly number[])[] }[]
  /** Units that witness the error: with none of them wrong it is not 0 but below a bound. */
  readonly witnesses: number
}

export interface CurvePoint {
  readonly size: number
  /** Within the measured sizes: smoothed. */
  readonly error: number
  /** 95 %. */
  readonly interval: readonly [number, number]
  /** Width of the interval without what carrying beyond the last size adds: what an evaluation of that size would report. */
  readonly width: number
}

/** A cut curve carried to a size that it had not seen. */
export interface HeldBack {
  /** Last size that was seen, and size that was told. */
  readonly from: number
  readonly to: number
  readonly told: number
  readonly measured: number
}

export interface Extrapolation {
  readonly law: PowerLaw
  readonly heldBack: readonly HeldBack[]
  /** Root mean square of what held-back sizes were missed by, on the logit scale, per doubling. */
  readonly missPerDoubling: number
  at(size: number): CurvePoint
}

/** Three to fit and one to hold back. */
export const leastSizes = 4

/**
 * @throws {RangeError} Too few sizes, or arrays that do not match.
 * Cost: O(replicates * sizes); that of {@link Extrapolation.at} is O(replicates).
 */
export function extrapolate({ sizes, errors, ways, witnesses }: MeasuredCurve): Extrapolation {
  if (sizes.length < leastSizes || errors.length !== sizes.length) {
    throw new RangeError(`extrapolate: expected ${leastSizes} sizes with an error each, got ${sizes.length}`)
  }
  const curve = carry(sizes, errors)
  const others = ways.map(({ weight, replicates }) => ({
    weight,
    curves: replicates.map((replicate) => carry(sizes, replicate)),
  }))
  const heldBack = holdBack(sizes, errors)
  const { rate, freedom } = missOf(heldBack)
  const last = sizes.at(-1) ?? 1
  return {
    law: curve.law,
    heldBack,
    missPerDoubling: rate,
    at(size) {
      const error = curve.at(size)
      const drawn = others.reduce(
        (sum, { weight, curves }) => sum + weight * sampleVariance(curves.map((other) => other.at(size))),
        0,
      )
      const miss = rate * Math.max(0, Math.log2(size / last)) * error * (1 - error)
      const own = { variance: drawn, degreesOfFreedom: Math.max(1, witnesses - 1) }
      const [low, high] = intervalOf(error, own, witnesses)
      return {
        size,
        error,
        interval: intervalOf(
          error,
          sumOf(own, { variance: miss ** 2, degreesOfFreedom: freedom }),
          witnesses,
        ),
        width: high - low,
      }
    },
  }
}

/** Degrees of freedom by Satterthwaite (1946). */
function sumOf(a: MeanVariance, b: MeanVariance): MeanVariance {
  const variance = a.variance + b.variance
  const squares = a.variance ** 2 / a.degreesOfFreedom + b.variance ** 2 / b.degreesOfFreedom
  return { variance, degreesOfFreedom: squares > 0 ? variance ** 2 / squares : a.degreesOfFreedom }
}

/** With no error, or nothing but errors, the number of witnesses limits the claim. */
function intervalOf(error: number, spread: MeanVariance, witnesses: number): readonly [number, number] {
  const bound = 1 - perfectBound(witnesses)
  if (error < 1e-12) return [0, bound]
  if (error > 1 - 1e-12) return [1 - bound, 1]
  const [low, high] = logitInterval(error, spread, [0, 1])
  return [low ?? error, high ?? error]
}

interface Carried {
  readonly law: PowerLaw
  at(size: number): number
}

/**
 * Sizes weigh by their number of examples: errors of small ones spread more from support to support, and where a curve begins no
 * power law holds.
 */
function carry(sizes: readonly number[], errors: readonly number[]): Carried {
  const smooth = falling(errors, sizes)
  const law = fitPowerLaw(sizes, smooth, sizes)
  const last = sizes.length - 1
  const atLast = errorAt(law, sizes[last]!)
  const moved = atLast > 0 ? smooth[last]! / atLast : 1
  return {
    law,
    at(size) {
      const known = sizes.indexOf(size)
      return known >= 0 ? smooth[known]! : Math.min(1, moved * errorAt(law, size))
    },
  }
}

function holdBack(sizes: readonly number[], errors: readonly number[]): readonly HeldBack[] {
  return sizes.flatMap((_, i): readonly HeldBack[] => {
    const seen = i + 1
    if (seen < leastSizes - 1 || seen === sizes.length) return []
    const { at } = carry(sizes.slice(0, seen), errors.slice(0, seen))
    return sizes
      .slice(seen)
      .map((to, j) => ({ from: sizes[i]!, to, told: at(to), measured: errors[seen + j]! }))
  })
}

/** Cuts near the end say more of what lies beyond it, and weigh by their size, as sizes do. */
function missOf(heldBack: readonly HeldBack[]): { readonly rate: number; readonly freedom: number } {
  let [sum, weights] = [0, 0]
  for (const { from, to, told, measured } of heldBack) {
    const middle = (told + measured) / 2
    const miss = told === measured ? 0 : (told - measured) / (middle * (1 - middle))
    const perDoubling = miss / Math.log2(to / from)
    sum += from * perDoubling ** 2
    weights += from
  }
  // Misses of one cut hang together: it has as many degrees of freedom as there are cuts.
  const cuts = new Set(heldBack.map(({ from }) => from)).size
  return { rate: Math.sqrt(sum / weights), freedom: Math.max(1, cuts) }
}
