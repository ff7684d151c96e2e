/** The mean of the `count` largest values, or of all where there are fewer: steadier than the one largest, which may be noise. */
export function meanOfLargest(values: Float32Array, count: number): number {
  const sorted = Float32Array.from(values).sort()
  const taken = sorted.subarray(Math.max(0, sorted.length - count))
  return taken.reduce((sum, value) => sum + value, 0) / taken.length
}
