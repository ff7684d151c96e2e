/**
 * All values that a stream has shown, as counts on a fixed grid: ranks among them cost and take the same however long it runs.
 *
 * The grid depends on no value of the stream, so values that are rounded to it are as exchangeable as they were before, and ties
 * are what smoothed ranks are for.
 */
export interface Bag {
  /** Ascending, each once. */
  readonly values: number[]
  readonly counts: number[]
  total: number
}

export const emptyBag = (): Bag => ({ values: [], counts: [], total: 0 })

/** Steps of the grid between a power of two and the next: a value is kept to a 1,024th of itself. */
const stepsPerOctave = 512
/** What is nearer to 0 is 0. */
const least = 2 ** -100

/** @param value - Finite. @returns The nearest point of the grid; never decreasing in `value`. */
export function onGrid(value: number): number {
  if (Math.abs(value) < least) return 0
  const step = 2 ** Math.floor(Math.log2(Math.abs(value))) / stepsPerOctave
  return Math.round(value / step) * step
}

/**
 * Adds a value and says where it stands: the smoothed rank among all values so far, itself included, counted from above.
 *
 * For exchangeable values such ranks are independent and uniform on 0..1, whatever the values' distribution (Vovk, Nouretdinov and
 * Gammerman 2003, "Testing exchangeability on-line", ICML, theorem 1).
 *
 * @param value - Finite. @param uniform - Uniform in 0..1, independent of everything: it breaks ties.
 * @returns 0..1; near 0 for the largest value so far. Cost: one pass over the distinct values, some thousands.
 */
export function addToBagInPlace(bag: Bag, value: number, uniform: number): number {
  const point = onGrid(value)
  const at = positionOf(bag.values, point)
  const isKnown = bag.values[at] === point
  let below = 0
  for (let i = 0; i < at; i++) below += bag.counts[i]!
  const equal = (isKnown ? bag.counts[at]! : 0) + 1
  if (isKnown) bag.counts[at] = equal
  else {
    bag.values.splice(at, 0, point)
    bag.counts.splice(at, 0, 1)
  }
  bag.total++
  return (bag.total - below - equal + uniform * equal) / bag.total
}

/** The value that half of them do not exceed; NaN of none. */
export function medianOfBag({ values, counts, total }: Bag): number {
  let seen = 0
  for (const [i, count] of counts.entries()) {
    seen += count
    if (2 * seen >= total) return values[i]!
  }
  return Number.NaN
}

/** Where `point` stands, or would stand, in ascending values. */
function positionOf(values: readonly number[], point: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! < point) low = middle + 1
    else high = middle
  }
  return low
}
