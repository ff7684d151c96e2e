/** A mask brought into the frame of its prepared image. */
import { ShapeError } from '../errors.ts'
import { sourceBox } from './frame.ts'
import type { Frame, Mask } from './image.ts'

/**
 * A prepared pixel is inside where at least half of its area is inside in the source; padding is outside.
 *
 * Lines thinner than half a prepared pixel vanish, and so may a small defect: its mask is then all 0.
 *
 * @throws {ShapeError} The mask has not the size of the frame's source.
 * Cost: O(source pixels seen + prepared height x source width).
 */
export function prepareMask(mask: Mask, frame: Frame): Mask {
  const { source, size, content } = frame
  if (
    mask.width !== source.width ||
    mask.height !== source.height ||
    mask.data.length !== mask.width * mask.height
  ) {
    throw new ShapeError('mask', `[${source.height}, ${source.width}]`, [mask.height, mask.width])
  }
  const box = sourceBox(frame)
  const across = box.width / content.width
  const down = box.height / content.height
  const half = 0.5 * across * down - 1e-9 * Math.max(1, across * down) // sums of fractions may fall short by rounding
  const data = new Uint8Array(size.width * size.height)
  const left = new Float64Array(source.width + 1) // area inside, of the row's strip, left of column x
  for (let y = 0; y < content.height; y++) {
    accumulateStrip(mask, box.y + y * down, box.y + (y + 1) * down, left)
    const to = (content.y + y) * size.width + content.x
    let areaBefore = interpolate(left, box.x)
    for (let x = 0; x < content.width; x++) {
      const area = interpolate(left, box.x + (x + 1) * across)
      if (area - areaBefore >= half) data[to + x] = 1
      areaBefore = area
    }
  }
  return { width: size.width, height: size.height, data }
}

/** Fills `left[x]` with the area inside the mask between the heights `top` and `bottom`, left of column x. */
function accumulateStrip(
  { width, height, data }: Mask,
  top: number,
  bottom: number,
  left: Float64Array,
): void {
  left.fill(0)
  const last = Math.min(height, Math.ceil(bottom))
  for (let y = Math.floor(top); y < last; y++) {
    const share = Math.min(y + 1, bottom) - Math.max(y, top)
    for (let x = 0, at = y * width; x < width; x++, at++) {
      if (data[at] !== 0) left[x + 1] = left[x + 1]! + share
    }
  }
  for (let x = 0; x < width; x++) left[x + 1] = left[x + 1]! + left[x]!
}

function interpolate(left: Float64Array, x: number): number {
  const column = Math.min(Math.floor(x), left.length - 2)
  const fraction = Math.min(x - column, 1)
  return left[column]! * (1 - fraction) + left[column + 1]! * fraction
}
