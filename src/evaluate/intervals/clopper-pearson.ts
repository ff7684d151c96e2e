/** The exact interval of a proportion. */
import { betaQuantile } from '../../math/distributions.ts'

/**
 * Clopper and Pearson's interval (1934, Biometrika 26): it holds the truth at least as often as it says, for every truth.
 *
 * @param hits - 0..n; need not be whole, for shares averaged over several verdicts. @param n - Trials, > 0; need not be whole.
 * @param level - E.g. 0.95, two-sided; at 0 or n hits one end is 0 or 1 and the other keeps (1 - level) / 2.
 * @returns [lower, upper] in 0..1, never a single point; [0, 1] for n = 0.
 * @throws {RangeError} An argument outside its range.
 * Checked against: its definition as tails of the binomial distribution.
 */
export function clopperPearson(hits: number, n: number, level: number): readonly [number, number] {
  // Shares that were summed may miss n by rounding.
  const isWithin = hits >= 0 && hits <= n * (1 + 1e-12)
  if (!isWithin) throw new RangeError(`clopperPearson: expected 0 to ${n} hits, got ${hits}`)
  if (!(level > 0 && level < 1))
    throw new RangeError(`clopperPearson: expected a level in 0..1, got ${level}`)
  const misses = Math.max(0, n - hits)
  const tail = (1 - level) / 2
  return [
    hits === 0 ? 0 : betaQuantile(tail, hits, misses + 1),
    misses === 0 ? 1 : betaQuantile(1 - tail, hits + 1, misses),
  ]
}
