/**
 * Distribution functions and quantiles: normal, Student's t, beta, binomial.
 *
 * Relative errors are below 1e-12, in the lower tail too; an upper tail is the lower one at -x, which keeps its digits
 * where 1 - cdf would lose them. Checked against mpmath with 50 digits.
 */
import { betaLogitQuantile, incompleteBeta } from './incomplete-beta.ts'

/**
 * Share of a standard normal distribution at or below z.
 *
 * Marsaglia's series (2004, J. Statistical Software 11(4)) in the middle, Laplace's continued fraction of the Mills
 * ratio in the tails.
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new RangeError('normalCdf: expected a number, got NaN')
  if (Math.abs(z) < seriesEnd) return 0.5 + normalCentre(z)
  const tail = Math.abs(z) < 40 ? normalDensity(z) * millsRatio(Math.abs(z)) : 0
  return z < 0 ? tail : 1 - tail
}

/**
 * The z at or below which lies the share p of a standard normal distribution; infinite at 0 and 1.
 *
 * Start: Abramowitz and Stegun 26.2.23 (error below 4.5e-4); then Halley's method, which cubes the error.
 *
 * @throws {RangeError} p outside 0..1.
 */
export function normalQuantile(p: number): number {
  checkProbability('normalQuantile', p)
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity
  if (p > 0.5) return -normalQuantile(1 - p)
  const t = Math.sqrt(-2 * Math.log(p))
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328)
  let z = numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
  for (let i = 0; i < 3; i++) {
    const gap = -z < seriesEnd ? normalCentre(z) - (p - 0.5) : normalCdf(z) - p
    const step = gap / normalDensity(z)
    z -= step / (1 + (z * step) / 2)
  }
  return z
}

/** Where the series gives way to the continued fraction. */
const seriesEnd = 2.5

/** Phi(z) - 1/2, without cancellation near 0. */
function normalCentre(z: number): number {
  let term = z
  let sum = z
  for (let k = 3; ; k += 2) {
    term *= (z * z) / k
    const next = sum + term
    if (next === sum) return sum * normalDensity(z)
    sum = next
  }
}

/** (1 - Phi(z)) / phi(z) for z >= 2.5. */
function millsRatio(z: number): number {
  let ratio = z
  for (let k = 80; k >= 1; k--) ratio = z + k / ratio
  return 1 / ratio
}

/** The square is split, since its rounding error would be a relative error of the result. */
function normalDensity(z: number): number {
  const coarse = Math.trunc(z * 16) / 16
  const rest = (z - coarse) * (z + coarse)
  return (Math.exp(-coarse * coarse * 0.5) * Math.exp(-rest * 0.5)) / Math.sqrt(2 * Math.PI)
}

/**
 * Share of Student's t distribution at or below t.
 *
 * @param t - Beyond 1e150 its square overflows, and the tail counts as empty.
 * @param degreesOfFreedom - Real, > 0; Infinity is the normal distribution.
 * @throws {RangeError} t is NaN, or degrees of freedom outside their range.
 */
export function tCdf(t: number, degreesOfFreedom: number): number {
  checkFreedom(degreesOfFreedom)
  if (degreesOfFreedom === Infinity) return normalCdf(t)
  if (Number.isNaN(t)) throw new RangeError('tCdf: expected a number, got NaN')
  const ratio = (t * t) / degreesOfFreedom
  const outside = incompleteBeta(1 / (1 + ratio), degreesOfFreedom / 2, 0.5, 1 / (1 + 1 / ratio))
  return t < 0 ? outside / 2 : 1 - outside / 2
}

/**
 * The t at or below which lies the share p of Student's t distribution; infinite at 0 and 1.
 *
 * @param degreesOfFreedom - Real, > 0; Infinity is the normal distribution.
 * @throws {RangeError} p outside 0..1, or degrees of freedom outside their range.
 */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  checkFreedom(degreesOfFreedom)
  checkProbability('tQuantile', p)
  if (degreesOfFreedom === Infinity) return normalQuantile(p)
  const [outside, inside] = p < 0.5 ? [2 * p, 1 - 2 * p] : [2 * (1 - p), 2 * p - 1]
  const t =
    Math.sqrt(degreesOfFreedom) * Math.exp(-betaLogitQuantile(outside, inside, degreesOfFreedom / 2, 0.5) / 2)
  return p < 0.5 ? -t : t
}

/**
 * The x at or below which lies the share p of a Beta(a, b) distribution.
 *
 * @param a - Real, > 0. @param b - Real, > 0.
 * @throws {RangeError} An argument outside its range.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  return 1 / (1 + Math.exp(-betaLogitQuantile(p, 1 - p, a, b)))
}

/**
 * P(X <= hits) for X binomial with n trials of probability p.
 *
 * @param hits - Whole, may lie outside 0..n. @param n - Whole, >= 0. @param p - 0..1.
 * @throws {RangeError} p outside 0..1.
 */
export function binomialCdf(hits: number, n: number, p: number): number {
  checkProbability('binomialCdf', p)
  if (hits < 0) return 0
  if (hits >= n) return 1
  return incompleteBeta(1 - p, n - hits, hits + 1, p)
}

function checkProbability(name: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${name}: expected a probability in 0..1, got ${p}`)
}

function checkFreedom(degreesOfFreedom: number): void {
  if (!(degreesOfFreedom > 0)) {
    throw new RangeError(`t distribution: expected degrees of freedom above 0, got ${degreesOfFreedom}`)
  }
}
