/**
 * Values by their rank. Definitions differ in what they do between two values, and so in a figure's last digits: the name says which,
 * and a figure keeps the one it was first told with.
 */

/** The value below which lies the share, linear between neighbours (type 7 of Hyndman and Fan 1996); NaN of none. */
export const quantile = (values: ArrayLike<number>, share: number): number =>
  quantileOfSorted(Float64Array.from(values).sort(), share)

/** As {@link quantile}, of ascending values. */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!)
}

/** The middle one, or the mean of the two in the middle; NaN of none. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The value with the share of all, rounded down, below it: always one of the values; NaN of none. */
export function upperQuantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** The middle one, or the greater of the two in the middle: always one of the values; NaN of none. */
export const upperMedian = (values: ArrayLike<number>): number => upperQuantile(values, 0.5)

/** The value at or next below where {@link quantileOfSorted} looks: always one of the values. @param sorted - Not empty. */
export const lowerQuantileOfSorted = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.floor(share * (sorted.length - 1))]!

/** Median distance from the median, times 1.4826: the standard deviation, where the bulk is normal. */
export function robustDeviation(values: ArrayLike<number>): number {
  const centre = quantile(values, 0.5)
  return (
    1.4826 *
    quantile(
      Float64Array.from(values, (value) => Math.abs(value - centre)),
      0.5,
    )
  )
}

/**
 * What would stand before and at a place if the values were ascending, without sorting them all.
 *
 * @param values - Reordered in place; no NaN. @param place - 0 to length - 1.
 * @returns The value before the place (-Infinity at 0) and the one at it.
 * Cost: O(length) on average (Hoare 1961, "Algorithm 65: find").
 */
export function neighboursAt(values: Float64Array, place: number): [before: number, at: number] {
  let [low, high] = [0, values.length - 1]
  while (low < high) {
    const pivot = values[(low + high) >> 1]!
    let [i, j] = [low, high]
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i > j) break
      const held = values[i]!
      values[i++] = values[j]!
      values[j--] = held
    }
    if (place <= j) high = j
    else if (place >= i) low = i
    else break
  }
  let before = Number.NEGATIVE_INFINITY
  for (let i = 0; i < place; i++) if (values[i]! > before) before = values[i]!
  return [before, values[place]!]
}
