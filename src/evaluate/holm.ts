/**
 * Many comparisons, one risk of a false alarm. Source: Holm 1979, "A simple sequentially rejective multiple test procedure",
 * Scandinavian Journal of Statistics 6, 65-70. Valid however the comparisons hang together.
 */

/** @param pValues - Null for a comparison that could not be tested: it was looked at, and counts. @returns In the order given. */
export function holm(pValues: readonly (number | null)[]): readonly (number | null)[] {
  const order = pValues.flatMap((p, i) => (p === null ? [] : [{ p, i }])).sort((a, b) => a.p - b.p)
  const adjusted: (number | null)[] = pValues.map(() => null)
  let highest = 0
  for (const [rank, { p, i }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * p))
    adjusted[i] = highest
  }
  return adjusted
}
