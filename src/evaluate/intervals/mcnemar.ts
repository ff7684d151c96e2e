/** Are two detectors right equally often on the same units? */
import { binomialCdf } from '../../math/distributions.ts'

/**
 * McNemar's test (1947, Psychometrika 12) in its exact form: units on which both are right or both wrong say nothing, the
 * others would fall either way like a coin.
 *
 * @param onlyA - Units that only A judged right. @param onlyB - Units that only B judged right; both whole, >= 0.
 * @returns Two-sided p-value, 1 where they never disagree.
 * @throws {RangeError} A count is negative or not whole.
 * Checked against: sums of binomial terms.
 */
export function mcnemarExact(onlyA: number, onlyB: number): number {
  for (const count of [onlyA, onlyB]) {
    if (!(Number.isInteger(count) && count >= 0)) {
      throw new RangeError(`mcnemarExact: expected whole counts from 0 on, got ${onlyA} and ${onlyB}`)
    }
  }
  return Math.min(1, 2 * binomialCdf(Math.min(onlyA, onlyB), onlyA + onlyB, 0.5))
}
