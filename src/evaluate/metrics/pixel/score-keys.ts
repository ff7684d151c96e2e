/** Float32 scores as unsigned integers of the same order, so that integers can be sorted and compared in their place. */

/**
 * Writes the keys of some scores: a smaller score has a smaller key, equal scores (-0 and 0 too) have equal keys.
 *
 * Positive floats are ordered as their bits are, negative ones the other way round (Herf 2001, Radix tricks).
 *
 * @param keys - Written from `at` on. @param bits - Of the float32 scores, of which `start` up to `end` (excluded) are meant.
 * @returns Index in `bits` of the first NaN, which has no place in the order; -1 where there is none.
 */
export function writeScoreKeys(
  keys: Uint32Array,
  at: number,
  bits: Int32Array,
  start: number,
  end: number,
): number {
  const signBit = -0x80000000
  for (let i = start, to = at; i < end; i++, to++) {
    const bit = bits[i]!
    if ((bit & 0x7fffffff) > 0x7f800000) return i
    keys[to] = bit === signBit ? signBit : bit ^ ((bit >> 31) | signBit)
  }
  return -1
}
