/** The common practice: a threshold some standard deviations above the nominal mean. */
import { StatisticalError } from '../../errors.ts'
import { nextUp } from '../../math/next-up.ts'

/**
 * Mean + k standard deviations (n - 1 in the denominator) of the nominal scores.
 *
 * No promise follows: scores are rarely normal, and by Cantelli's inequality alone up to 1 / (1 + k^2) of them, 10 % at
 * k = 3, may lie above. Equal scores are passed: the threshold is then the next double above them.
 *
 * @param nominal - Finite. @param k - > 0.
 * @throws {StatisticalError} Fewer than 2 scores.
 */
export function sigmaThreshold(nominal: Float64Array, k: number): number {
  const n = nominal.length
  if (n < 2) throw new StatisticalError(`sigma: needs at least 2 nominal scores, got ${n}`)
  if (nominal.every((score) => score === nominal[0])) return nextUp(nominal[0]!)
  const mean = nominal.reduce((sum, score) => sum + score, 0) / n
  const variance = nominal.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (n - 1)
  return mean + k * Math.sqrt(variance)
}
