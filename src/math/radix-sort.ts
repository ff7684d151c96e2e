/**
 * Sorts unsigned 32-bit keys by their bytes, least significant first (Knuth 1998, The Art of Computer Programming 3,
 * section 5.2.5), so that time depends neither on the order nor on the spread of the keys.
 *
 * Measured on 52 million keys: 1.5 s at once, 0.8 s in pieces of 4 million, which stay in the cache; the native sort of a
 * Float32Array took 9.7 s. `bench/pixel-metrics.bench.ts` compares the whole of it with sorting everything natively.
 */

/**
 * Sorts keys in place, ascending, and moves the values with them; equal keys keep their order.
 *
 * @param values - One for each key, or null for none.
 * @throws {RangeError} Another number of values than of keys.
 * Cost: O(n) time; scratch as large as the keys and values.
 */
export function radixSortInPlace(keys: Uint32Array, values: Uint32Array | null = null): void {
  const n = keys.length
  if (values !== null && values.length !== n) {
    throw new RangeError(`radixSortInPlace: expected ${n} values, got ${values.length}`)
  }
  if (n < 2) return
  const counts = countBytes(keys)
  let [from, to]: [Uint32Array, Uint32Array] = [keys, new Uint32Array(n)]
  let [valuesFrom, valuesTo]: [typeof values, typeof values] = [values, values && new Uint32Array(n)]
  for (let byte = 0; byte < 4; byte++) {
    const starts = counts.subarray(byte * 256, byte * 256 + 256)
    if (starts[(keys[0]! >>> (byte * 8)) & 255] === n) continue // all keys share this byte
    toStartsInPlace(starts)
    if (valuesFrom === null || valuesTo === null) scatter(from, to, starts, byte * 8)
    else {
      scatterPairs(from, to, valuesFrom, valuesTo, starts, byte * 8)
      ;[valuesFrom, valuesTo] = [valuesTo, valuesFrom]
    }
    ;[from, to] = [to, from]
  }
  if (from !== keys) keys.set(from)
  if (values !== null && valuesFrom !== null && valuesFrom !== values) values.set(valuesFrom)
}

/** How often each value of each byte occurs, [4, 256]. */
function countBytes(keys: Uint32Array): Uint32Array {
  const counts = new Uint32Array(4 * 256)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    counts[key & 255]!++
    counts[256 + ((key >>> 8) & 255)]!++
    counts[512 + ((key >>> 16) & 255)]!++
    counts[768 + (key >>> 24)]!++
  }
  return counts
}

/** From counts to the position of the first key with each value. */
function toStartsInPlace(counts: Uint32Array): void {
  let start = 0
  for (let value = 0; value < counts.length; value++) {
    const count = counts[value]!
    counts[value] = start
    start += count
  }
}

function scatter(from: Uint32Array, to: Uint32Array, next: Uint32Array, shift: number): void {
  for (let i = 0; i < from.length; i++) {
    const key = from[i]!
    to[next[(key >>> shift) & 255]!++] = key
  }
}

function scatterPairs(
  from: Uint32Array,
  to: Uint32Array,
  valuesFrom: Uint32Array,
  valuesTo: Uint32Array,
  next: Uint32Array,
  shift: number,
): void {
  for (let i = 0; i < from.length; i++) {
    const key = from[i]!
    const at = next[(key >>> shift) & 255]!++
    to[at] = key
    valuesTo[at] = valuesFrom[i]!
  }
}
