/**
 * A grey thumbnail with its light taken out: what is left is the same under another exposure, or under light from
 * another side that changes slowly across the picture.
 *
 * Every pixel is measured from the mean of its neighbourhood, in standard deviations of its neighbourhood (Jarrett et al.
 * 2009, "What is the best multi-stage architecture for object recognition?", section 2: local contrast normalisation; with
 * a box in place of their Gaussian).
 */
import { ShapeError } from '../../errors.ts'

/** Side of thumbnails and of their local contrast, in pixels. */
export const side = 64

/** Neighbourhood: 5 x 5 pixels. With 9 x 9, siblings stand out less from the others (docs/hidden-parts.md). */
const radius = 2
/** Added to every standard deviation, grey levels: flat regions are not blown up to pure noise. */
const floor = 1
/** Steps per standard deviation; contrast beyond 4 of them is cut. */
const steps = 31

/**
 * @param grey - 0..255, [64, 64].
 * @returns Contrast in 1/31 standard deviations, -127..127, [64, 64].
 * @throws {ShapeError} Another size. Cost: O(pixels), by running sums.
 */
export function localContrast(grey: Uint8Array): Int8Array {
  if (grey.length !== side * side) throw new ShapeError('grey', `[${side}, ${side}]`, [grey.length])
  // Plain loops: functions given to `from` and `map` of typed arrays take some 50 ns a pixel.
  const values = new Float32Array(grey)
  const means = boxMeans(values)
  const squares = new Float32Array(grey.length)
  for (let i = 0; i < values.length; i++) {
    values[i]! -= means[i]!
    squares[i] = values[i]! * values[i]!
  }
  const variances = boxMeans(squares)
  const contrasts = new Int8Array(grey.length)
  for (let i = 0; i < values.length; i++) {
    const contrast = (steps * values[i]!) / (Math.sqrt(Math.max(0, variances[i]!)) + floor)
    contrasts[i] = Math.round(Math.max(-127, Math.min(127, contrast)))
  }
  return contrasts
}

/** A line, its ends repeated beyond the border, and one pixel more that no sum holds. */
const padded = new Float64Array(side + 2 * radius + 1)

/** Mean over the neighbourhood of every pixel; beyond the border the border's pixels repeat. */
function boxMeans(values: Float32Array): Float32Array {
  const across = new Float32Array(values.length)
  for (let y = 0; y < side; y++) boxLine(values, y * side, 1, across)
  const both = new Float32Array(values.length)
  for (let x = 0; x < side; x++) boxLine(across, x, side, both)
  return both
}

function boxLine(values: Float32Array, start: number, stride: number, out: Float32Array): void {
  for (let i = 0, at = start; i < side; i++, at += stride) padded[i + radius] = values[at]!
  padded.fill(padded[radius]!, 0, radius)
  padded.fill(padded[side + radius - 1]!, side + radius)
  let sum = 0
  for (let i = 0; i <= 2 * radius; i++) sum += padded[i]!
  for (let i = 0; i < side; i++) {
    out[start + i * stride] = sum / (2 * radius + 1)
    sum += padded[i + 2 * radius + 1]! - padded[i]!
  }
}
