/** How the object looks, in a few numbers: its lightness on a coarse grid over its box, for telling views apart. */
import type { Image, Mask } from '../../image/image.ts'
import { tightBox } from '../../math/tight-box.ts'

/** Squares along the side of the grid. */
const side = 8

/**
 * @returns [side, side] mean lightness of the object's pixels, standardised over the object; 0 where a square has none. Empty without an object.
 */
export function lookOf({ width, height, data }: Image, mask: Mask | null): number[] {
  const box = mask && tightBox(mask.data, width, height)
  if (mask === null || box === null) return []
  const square = Math.max(box.width, box.height) / side
  const left = box.x - (side * square - box.width) / 2
  const top = box.y - (side * square - box.height) / 2
  const sums = new Float64Array(side * side)
  const counts = new Float64Array(side * side)
  let sum = 0
  let squares = 0
  let count = 0
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = box.x, i = y * width + box.x; x < box.x + box.width; x++, i++) {
      if (mask.data[i] === 0) continue
      const light = (data[3 * i]! + 2 * data[3 * i + 1]! + data[3 * i + 2]!) / 4
      const to = cellOf(y, top, square) * side + cellOf(x, left, square)
      sums[to]! += light
      counts[to]!++
      sum += light
      squares += light * light
      count++
    }
  }
  const mean = sum / count
  const deviation = Math.sqrt(Math.max(1, squares / count - mean * mean))
  return Array.from(sums, (total, i) =>
    counts[i] === 0 ? 0 : Math.round((1000 * (total / counts[i]! - mean)) / deviation) / 1000,
  )
}

const cellOf = (pixel: number, start: number, square: number): number =>
  Math.min(side - 1, Math.max(0, Math.floor((pixel + 0.5 - start) / square)))
