/**
 * Whether a grey picture is the mosaic of a colour sensor (Bayer pattern) that nobody developed: red, green and blue pixels side by side.
 *
 * In a photograph neighbours are at least as alike as pixels two apart, which noise leaves as it is. In a mosaic those two apart have one
 * colour, and neighbours do not, along rows and along columns; and of the four places of a cell two on a diagonal, both green, are alike.
 */
import type { SampleArray } from './pixel-reading.ts'

/** Of the mean difference of neighbours to that of pixels two apart; 1 for noise, below for anything smooth. */
const leastRatio = 1.3
/** Of the difference between the two greens to that between green and the other colours. */
const mostGreen = 0.35
/** Pixels a side of what is looked at, in the middle of the picture. */
const side = 512

/** @param data - [height, width]. Cost: linear in up to 512 x 512 pixels. */
export function looksLikeMosaic(data: SampleArray, width: number, height: number): boolean {
  if (width < 8 || height < 8) return false
  const [columns, rows] = [Math.min(side, width), Math.min(side, height)]
  const left = (width - columns) >> 1
  const top = (height - rows) >> 1
  const means = [0, 0, 0, 0]
  let [near, far, nearDown, farDown] = [0, 0, 0, 0]
  for (let y = top; y < top + rows - 2; y++) {
    for (let x = left; x < left + columns - 2; x++) {
      const at = y * width + x
      const value = data[at]!
      near += Math.abs(value - data[at + 1]!)
      far += Math.abs(value - data[at + 2]!)
      nearDown += Math.abs(value - data[at + width]!)
      farDown += Math.abs(value - data[at + 2 * width]!)
      means[2 * (y & 1) + (x & 1)]! += value
    }
  }
  if (near <= leastRatio * far || nearDown <= leastRatio * farDown) return false
  const [a, b, c, d] = means as [number, number, number, number] // of as many pixels each, but for an odd row
  return isGreen(a, d, [b, c]) || isGreen(b, c, [a, d])
}

function isGreen(one: number, other: number, [red, blue]: readonly [number, number]): boolean {
  const green = (one + other) / 2
  return Math.abs(one - other) <= mostGreen * Math.max(Math.abs(red - green), Math.abs(blue - green))
}
