/**
 * Small blemishes drawn into a crop, for teacher and student alike: spots, scratches and grafts.
 *
 * Photographs of the world hold few of the things that inspection is about. A student that learns by squared error what its teacher
 * makes of common patches answers to rare ones too tamely, and rare ones are what a nearest neighbour finds.
 */
import type { Random } from '../../src/math/random.ts'

const most = 8
/** Of a blemish, in pixels: radius of a spot, length and width of a scratch, side of a graft. */
const sizes = { radius: [1, 8], length: [8, 90], width: [0.7, 2.5], side: [4, 24] } as const
/** Levels of 255 by which it is darker or brighter. */
const levels = [16, 160] as const

/** @param crop - float32 [side, side, 3] of 0..255. */
export function blemishInPlace(crop: Float32Array, side: number, random: Random): void {
  const count = 1 + random.integer(most)
  for (let i = 0; i < count; i++) {
    const kind = random.uniform()
    if (kind < 0.5) spotInPlace(crop, side, random)
    else if (kind < 0.85) scratchInPlace(crop, side, random)
    else graftInPlace(crop, side, random)
  }
}

const between = ([low, high]: readonly [number, number], random: Random): number =>
  low * (high / low) ** random.uniform()

/** Darker twice as often as brighter, now and then coloured. */
function drawLevels(random: Random): readonly number[] {
  const level = between(levels, random) * (random.uniform() < 0.67 ? -1 : 1)
  const isColoured = random.uniform() < 0.2
  return [0, 1, 2].map(() => (isColoured ? level * random.uniform() : level))
}

/** A soft ellipse, at times with a rim the other way, as pits have. */
function spotInPlace(crop: Float32Array, side: number, random: Random): void {
  const [long, aspect] = [between(sizes.radius, random), 1 + 1.5 * random.uniform()]
  const short = Math.max(0.7, long / aspect)
  const angle = Math.PI * random.uniform()
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [cx, cy] = [side * random.uniform(), side * random.uniform()]
  const rim = random.uniform() < 0.3 ? -0.5 * random.uniform() : 0
  const softness = 0.5 + 2 * random.uniform()
  const colour = drawLevels(random)
  const reach = Math.ceil(long * 1.5 + softness)
  blendInPlace(crop, side, [cx - reach, cy - reach, cx + reach, cy + reach], colour, (x, y) => {
    const [u, v] = [x - cx, y - cy]
    const distance = Math.hypot((u * cos + v * sin) / long, (v * cos - u * sin) / short)
    const inside = Math.min(1, Math.max(0, ((1 - distance) * short) / softness + 0.5))
    return inside > 0 ? inside : rim * Math.max(0, 1.5 - distance)
  })
}

/** A line of a few strokes that wander. */
function scratchInPlace(crop: Float32Array, side: number, random: Random): void {
  const strokes = 1 + random.integer(4)
  const stroke = between(sizes.length, random) / strokes
  const width = between(sizes.width, random)
  const colour = drawLevels(random)
  let [x, y, angle] = [side * random.uniform(), side * random.uniform(), 2 * Math.PI * random.uniform()]
  for (let i = 0; i < strokes; i++) {
    const [x0, y0] = [x, y]
    const [dx, dy] = [stroke * Math.cos(angle), stroke * Math.sin(angle)]
    ;[x, y, angle] = [x + dx, y + dy, angle + 0.5 * random.normal()]
    const box = [Math.min(x, x0) - 3, Math.min(y, y0) - 3, Math.max(x, x0) + 3, Math.max(y, y0) + 3] as const
    blendInPlace(crop, side, box, colour, (px, py) => {
      const along = Math.min(1, Math.max(0, ((px - x0) * dx + (py - y0) * dy) / (stroke * stroke)))
      const distance = Math.hypot(px - x0 - along * dx, py - y0 - along * dy)
      return Math.min(1, Math.max(0, width / 2 + 0.5 - distance))
    })
  }
}

/** A piece of the crop put elsewhere (after CutPaste, Li et al. 2021). */
function graftInPlace(crop: Float32Array, side: number, random: Random): void {
  const [width, height] = [0, 1].map(() => Math.round(between(sizes.side, random))) as [number, number]
  const place = (extent: number) => random.integer(side - extent + 1)
  const [fromX, fromY, toX, toY] = [place(width), place(height), place(width), place(height)]
  const piece = new Float32Array(width * height * 3)
  for (let row = 0; row < height; row++) {
    const at = 3 * ((fromY + row) * side + fromX)
    piece.set(crop.subarray(at, at + 3 * width), 3 * row * width)
  }
  for (let row = 0; row < height; row++)
    crop.set(piece.subarray(3 * row * width, 3 * (row + 1) * width), 3 * ((toY + row) * side + toX))
}

/** Adds `colour` times what `shareAt` says of each pixel in the box. */
function blendInPlace(
  crop: Float32Array,
  side: number,
  [left, top, right, bottom]: readonly [number, number, number, number],
  colour: readonly number[],
  shareAt: (x: number, y: number) => number,
): void {
  for (let y = Math.max(0, Math.floor(top)); y <= Math.min(side - 1, Math.ceil(bottom)); y++) {
    for (let x = Math.max(0, Math.floor(left)); x <= Math.min(side - 1, Math.ceil(right)); x++) {
      const share = shareAt(x, y)
      if (share === 0) continue
      const at = 3 * (y * side + x)
      for (let c = 0; c < 3; c++) crop[at + c] = crop[at + c]! + share * colour[c]!
    }
  }
}
