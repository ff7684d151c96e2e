/** A limit in single precision, for "at or above" to mean the same there. */

const float = new Float32Array(1)
const bits = new Int32Array(float.buffer)

/** The smallest float32 number that is at least x: scores of float32 are at or above the one where they are at or above the other. */
export function roundUpToFloat32(x: number): number {
  float[0] = x
  if (float[0]! >= x || Number.isNaN(x)) return float[0]!
  if (float[0] === 0) return 2 ** -149 // what is above 0 and too small, or -0
  bits[0]! += float[0]! > 0 ? 1 : -1
  return float[0]!
}
