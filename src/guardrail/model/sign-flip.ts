/** Did a change move the same things up? Fisher's randomisation test for paired differences. */
import type { Random } from '../../math/random.ts'

const exactUpTo = 14
const draws = 20_000
const maxDraws = 4000

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

/**
 * The same for several changes of the same units at once: p-values that hold for all of them together.
 *
 * All differences of a unit flip together. The largest change is compared with the largest of all, the next with the largest of
 * the rest, and so on (Westfall and Young 1993, step-down): changes that go together cost hardly anything, where dividing the level
 * would cost the few units their voice, and a large change does not hide a small one.
 *
 * @param differences - One row for each change, one column for each unit.
 * @returns One-sided, for each row. Cost: 2^units or 4,000 passes over the table.
 */
export function signFlipMaxTest(differences: readonly (readonly number[])[], random: Random): number[] {
  const units = differences[0]?.length ?? 0
  const observed = differences.map(sumOf)
  const slack = 1e-12 * Math.max(0, ...differences.map((row) => sumOf(row.map(Math.abs))))
  const rising = [...observed.keys()].sort((a, b) => observed[a]! - observed[b]!)
  const isExact = units <= 12
  const patterns = isExact ? 2 ** units : maxDraws
  const reached = observed.map(() => (isExact ? 0 : 1))
  for (let pattern = 0; pattern < patterns; pattern++) {
    const signs = Array.from({ length: units }, (_, i) =>
      (isExact ? (pattern >> i) & 1 : Number(random.uniform() < 0.5)) === 1 ? 1 : -1,
    )
    let largest = -Infinity
    for (const d of rising) {
      largest = Math.max(
        largest,
        differences[d]!.reduce((sum, value, i) => sum + signs[i]! * value, 0),
      )
      if (largest >= observed[d]! - slack) reached[d]!++
    }
  }
  const pValues = reached.map((count) => count / (patterns + (isExact ? 0 : 1)))
  let most = 0
  for (const d of rising.toReversed()) {
    most = Math.max(most, pValues[d]!)
    pValues[d] = most
  }
  return pValues
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
