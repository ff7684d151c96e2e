/** The neighbour of a number, for "strictly above" where only "at or above" can be said. */

const float = new Float64Array(1)
const bits = new BigInt64Array(float.buffer)

/** The smallest double above x; Infinity and NaN are returned as they are. */
export function nextUp(x: number): number {
  if (x === 0) return Number.MIN_VALUE // -0 too
  if (!(x < Infinity)) return x
  float[0] = x
  bits[0]! += x > 0 ? 1n : -1n
  return float[0]
}
