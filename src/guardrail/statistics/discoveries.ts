/** Which of many p-values to believe. */

/**
 * Benjamini and Hochberg's step-up procedure (1995): among what it picks, the expected share of false alarms is at most
 * `rate` (for p-values that are independent or positively dependent).
 *
 * @param pValues - 0..1 each. @param rate - 0..1.
 * @returns Indices picked, smallest p-value first.
 */
export function discoveries(pValues: readonly number[], rate: number): readonly number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]! || a - b)
  let last = -1
  order.forEach((index, rank) => {
    if (pValues[index]! <= (rate * (rank + 1)) / pValues.length) last = rank
  })
  return order.slice(0, last + 1)
}
