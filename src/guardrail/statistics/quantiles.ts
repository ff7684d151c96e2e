/** Order statistics of short lists. */

/** The value below which lies the share p, linear between neighbours (type 7 of Hyndman and Fan 1996); NaN for none. */
export function quantile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort()
  const place = p * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!)
}

export const median = (values: ArrayLike<number>): number => quantile(values, 0.5)

/** Median distance from the median, times 1.4826: the standard deviation, where the bulk is normal. */
export function robustDeviation(values: ArrayLike<number>): number {
  const centre = median(values)
  return 1.4826 * median(Float64Array.from(values, (value) => Math.abs(value - centre)))
}
