/** The score interval of a proportion: shorter than the exact one, right on average. */
import { normalQuantile } from '../../math/distributions.ts'

/**
 * Wilson's interval (1927, JASA 22), without continuity correction.
 *
 * @param hits - 0..n. @param n - Trials, > 0. @param level - E.g. 0.95, two-sided.
 * @returns [lower, upper] in 0..1, never a single point; [0, 1] for n = 0.
 * @throws {RangeError} An argument outside its range.
 * Checked against: scipy `binomtest(...).proportion_ci(method='wilson')`.
 */
export function wilson(hits: number, n: number, level: number): readonly [number, number] {
  if (!(hits >= 0 && hits <= n)) throw new RangeError(`wilson: expected 0 to ${n} hits, got ${hits}`)
  if (!(level > 0 && level < 1)) throw new RangeError(`wilson: expected a level in 0..1, got ${level}`)
  if (n === 0) return [0, 1]
  const z = normalQuantile((1 + level) / 2)
  const centre = (hits + (z * z) / 2) / (n + z * z)
  const half = (z * Math.sqrt((hits * (n - hits)) / n + (z * z) / 4)) / (n + z * z)
  return [hits === 0 ? 0 : centre - half, hits === n ? 1 : centre + half]
}
