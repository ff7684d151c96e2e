/** Did a change move the same things up? Fisher's randomisation test for paired differences. */
import type { Random } from '../../math/random.ts'

const exactUpTo = 14
const draws = 20_000

/**
 * One-sided p-value of a mean above 0: the share of sign patterns whose sum is at least the observed one.
 *
 * Exact where at most 14 differences are not 0, else by random patterns with one added (Phipson and Smyth 2010), so that it is
 * never 0. For differences of -1, 0 and 1 it is McNemar's exact test.
 *
 * @param differences - One for each independent unit, any unit of measure. Source: Fisher 1935, The Design of Experiments, section 21.
 */
export function signFlipTest(differences: readonly number[], random: Random): number {
  const sizes = differences.filter((value) => value !== 0).map(Math.abs)
  const observed = differences.reduce((sum, value) => sum + value, 0)
  const enough = observed - 1e-12 * sizes.reduce((sum, value) => sum + value, 0)
  const n = sizes.length
  if (n <= exactUpTo) {
    let reached = 0
    for (let pattern = 0; pattern < 2 ** n; pattern++) {
      let sum = 0
      for (let i = 0; i < n; i++) sum += pattern & (1 << i) ? sizes[i]! : -sizes[i]!
      if (sum >= enough) reached++
    }
    return reached / 2 ** n
  }
  let reached = 1
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += random.uniform() < 0.5 ? sizes[i]! : -sizes[i]!
    if (sum >= enough) reached++
  }
  return reached / (draws + 1)
}
