/**
 * Squared Euclidean distance of row `i` of `a` to row `j` of `b`; both float32, row-major, with `dims` columns.
 *
 * Four partial sums, so that one addition need not wait for another. Summed in float64.
 */
export function squaredDistance(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  dims: number,
): number {
  let p = i * dims
  let q = j * dims
  const end = p + dims
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (; p + 3 < end; p += 4, q += 4) {
    const d0 = a[p]! - b[q]!
    const d1 = a[p + 1]! - b[q + 1]!
    const d2 = a[p + 2]! - b[q + 2]!
    const d3 = a[p + 3]! - b[q + 3]!
    s0 += d0 * d0
    s1 += d1 * d1
    s2 += d2 * d2
    s3 += d3 * d3
  }
  for (; p < end; p++, q++) {
    const d = a[p]! - b[q]!
    s0 += d * d
  }
  return s0 + s1 + (s2 + s3)
}
