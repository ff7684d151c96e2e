/** A blurred, reduced picture as a vector: what shows where, whatever the details and small shifts. */
import { side } from './local-contrast.ts'

/** Side of the reduced picture; with 32 the same siblings are found (docs/hidden-parts.md). */
const reduced = 16
/** Means over 3 x 3 pixels, one after the other: near a Gaussian of 1.6 pixels, so that small shifts hardly matter. */
const blurs = 4

export const reducedLength = reduced * reduced

/**
 * @param pixels - [64, 64]; used up (blurred) on the way.
 * @returns float32, [256], without its mean, of length 1, or 0 for a picture without contrast. Cost: 0.1 ms.
 */
export function reduceInPlace(pixels: Float32Array): Float32Array {
  for (let pass = 0; pass < blurs; pass++) {
    for (let line = 0; line < side; line++) blurLine(pixels, line * side, 1)
    for (let line = 0; line < side; line++) blurLine(pixels, line, side)
  }
  const step = side / reduced
  const out = new Float32Array(reducedLength)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      out[Math.floor(y / step) * reduced + Math.floor(x / step)]! += pixels[y * side + x]!
    }
  }
  return unitVector(out)
}

/** Without its mean, of length 1; all 0 where nothing varies. */
export function unitVector(values: Float32Array): Float32Array {
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0
  return values.map((value) => (value - mean) * scale)
}

/** Mean of three pixels along a line; beyond its ends they repeat. */
function blurLine(pixels: Float32Array, start: number, stride: number): void {
  let before = pixels[start]!
  let here = before
  for (let i = 0, at = start; i < side; i++, at += stride) {
    const after = i + 1 < side ? pixels[at + stride]! : here
    pixels[at] = (before + here + after) / 3
    before = here
    here = after
  }
}
