/**
 * Lays one picture over another: the shift and the stretch, each in both directions, at which their correlation is
 * highest.
 *
 * Whole shifts are tried out at half size; then Gauss-Newton steps refine shift and stretch, at half and at full size.
 * Steps are those of the inverse compositional method, whose derivatives are of the fixed picture and computed once for
 * all that is laid over it (Baker and Matthews 2004, "Lucas-Kanade 20 years on", section 3.2), with gain and offset of
 * the moving picture fitted at each step (ibid. part 3). Turned pictures are not recognised.
 */
import { invert } from '../../math/elimination.ts'
import { side } from './local-contrast.ts'
import { correlationOf, type Placement, place, placedWindow, unmoved } from './placement.ts'
import { type SummedArea, summedArea, sumsOver } from './summed-area.ts'

/** A picture at one size, with its derivatives by scaleX, scaleY, shiftX, shiftY and the inverse of their products. */
interface Level {
  readonly size: number
  readonly pixels: Float32Array // [size, size]
  readonly slopes: Float32Array // [size, size, 4]
  readonly inverse: Float64Array // [4, 4]
  /** Of the pixel, its square, the slopes, and the slopes times the pixel. */
  readonly sums: SummedArea
}

/** The picture that stays where it is. */
export interface FixedPicture {
  /** Made when it is first asked for: most pictures are told apart at half size. */
  readonly full: () => Level
  readonly half: Level
}

/** The picture that is laid over it. */
export interface MovingPicture {
  readonly full: Float32Array // [64, 64]
  readonly half: Float32Array // [32, 32]
  /** Of half size: of the pixel and its square. */
  readonly sums: SummedArea
}

export interface Aligned {
  readonly placement: Placement
  /** -1..1, over the pixels that both pictures show. */
  readonly correlation: number
}

/** Whole shifts that are tried, at half size: 3 of 32 pixels, about a tenth of the picture, in every direction. */
const widestShift = 3
const halfSteps = 4
const fullSteps = 3
/** A picture that has to be stretched further than this is another one. */
const widestScale = 1.2
/** Least share of the fixed picture that the moving one must cover. */
const leastOverlap = 0.6

export function fixedPicture({ full, half }: Pick<MovingPicture, 'full' | 'half'>): FixedPicture {
  let level: Level | undefined
  return {
    full() {
      level ??= levelOf(full, side)
      return level
    },
    half: levelOf(half, side / 2),
  }
}

/** @param pixels - Local contrast, [64, 64]. */
export function movingPicture(pixels: Int8Array | Float32Array): MovingPicture {
  const half = side / 2
  const small = new Float32Array(half * half)
  for (let y = 0, to = 0; y < half; y++) {
    for (let x = 0; x < half; x++, to++) {
      const at = 2 * (y * side + x)
      small[to] = (pixels[at]! + pixels[at + 1]! + pixels[at + side]! + pixels[at + side + 1]!) / 4
    }
  }
  const sums = summedArea(half, 2, (at, out) => {
    const pixel = small[at]!
    out[0] = pixel
    out[1] = pixel * pixel
  })
  return { full: new Float32Array(pixels), half: small, sums }
}

/**
 * @param worthwhile - Least correlation at half size for which the full size is looked at.
 * Cost: see `bench/check-scale.bench.ts`; about 0.1 ms at half size and 0.2 ms more at full size.
 */
export function align(fixed: FixedPicture, moving: MovingPicture, worthwhile = -1): Aligned {
  const coarse = refine(fixed.half, moving.half, bestShift(fixed.half, moving), halfSteps)
  const doubled = {
    ...coarse.placement,
    shiftX: 2 * coarse.placement.shiftX,
    shiftY: 2 * coarse.placement.shiftY,
  }
  if (coarse.correlation < worthwhile) return { ...coarse, placement: doubled }
  return refine(fixed.full(), moving.full, doubled, fullSteps)
}

function levelOf(pixels: Float32Array, size: number): Level {
  const slopes = new Float32Array(4 * size * size)
  const centre = (size - 1) / 2
  for (let y = 0, to = 0; y < size; y++) {
    const up = Math.max(0, y - 1)
    const down = Math.min(size - 1, y + 1)
    for (let x = 0; x < size; x++) {
      const left = Math.max(0, x - 1)
      const right = Math.min(size - 1, x + 1)
      const across = (pixels[y * size + right]! - pixels[y * size + left]!) / (right - left)
      const along = (pixels[down * size + x]! - pixels[up * size + x]!) / (down - up)
      slopes[to++] = across * (x - centre)
      slopes[to++] = along * (y - centre)
      slopes[to++] = across
      slopes[to++] = along
    }
  }
  const sums = summedArea(size, 10, (at, out) => {
    const pixel = pixels[at]!
    out[0] = pixel
    out[1] = pixel * pixel
    for (let i = 0; i < 4; i++) {
      const slope = slopes[4 * at + i]!
      out[2 + i] = slope
      out[6 + i] = slope * pixel
    }
  })
  return { size, pixels, slopes, inverse: invert(slopeProducts(slopes), 4, { isPivoting: false }), sums }
}

function slopeProducts(slopes: Float32Array): Float64Array {
  const products = new Float64Array(16)
  for (let at = 0; at < slopes.length; at += 4) {
    for (let i = 0; i < 4; i++) {
      const slope = slopes[at + i]!
      for (let j = 0; j <= i; j++) products[4 * i + j]! += slope * slopes[at + j]!
    }
  }
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < i; j++) products[4 * j + i] = products[4 * i + j]!
    // In a flat picture, or one of stripes, there are shifts that nothing tells apart.
    products[5 * i] = products[5 * i]! * (1 + 1e-6) + 1e-6
  }
  return products
}

function bestShift(fixed: Level, moving: MovingPicture): Placement {
  let best = unmoved
  let highest = -2
  for (let shiftY = -widestShift; shiftY <= widestShift; shiftY++) {
    for (let shiftX = -widestShift; shiftX <= widestShift; shiftX++) {
      const found = shiftedCorrelation(fixed, moving, shiftX, shiftY)
      if (found <= highest) continue
      highest = found
      best = { ...unmoved, shiftX, shiftY }
    }
  }
  return best
}

const ofFixed = new Float64Array(10)
const ofMoving = new Float64Array(2)

function shiftedCorrelation(
  { size, pixels, sums }: Level,
  { half, sums: movingSums }: MovingPicture,
  dx: number,
  dy: number,
): number {
  const left = Math.max(0, -dx)
  const right = Math.min(size, size - dx)
  const top = Math.max(0, -dy)
  const bottom = Math.min(size, size - dy)
  const move = dy * size + dx
  let ab = 0
  for (let y = top; y < bottom; y++) {
    for (let at = y * size + left, end = y * size + right; at < end; at++)
      ab += pixels[at]! * half[at + move]!
  }
  sumsOver(sums, { left, right, top, bottom }, ofFixed)
  sumsOver(movingSums, { left: left + dx, right: right + dx, top: top + dy, bottom: bottom + dy }, ofMoving)
  const n = (right - left) * (bottom - top)
  return correlationOf(n, ofFixed[0]!, ofMoving[0]!, ofFixed[1]!, ofMoving[1]!, ab)
}

/** Gauss-Newton from a placement; the best one met, which is the last unless a step went astray. */
function refine(fixed: Level, moving: Float32Array, start: Placement, steps: number): Aligned {
  let best: Aligned = { placement: start, correlation: -1 }
  let placement = start
  for (let i = 0; i <= steps; i++) {
    const { correlation, next } = step(fixed, moving, placement)
    if (correlation > best.correlation) best = { placement, correlation }
    if (next === null) break
    placement = next
  }
  return best
}

const scratch = new Float32Array(side * side)

/** The correlation at a placement, and the placement that a Gauss-Newton step leads to; null where none does. */
function step(
  { size, pixels, slopes, inverse, sums }: Level,
  moving: Float32Array,
  placement: Placement,
): { readonly correlation: number; readonly next: Placement | null } {
  const nowhere = { correlation: -1, next: null }
  const window = placedWindow(placement, size)
  const n = (window.right - window.left) * (window.bottom - window.top)
  if (!(n >= leastOverlap * size * size)) return nowhere
  place(moving, placement, size, window, scratch)
  sumsOver(sums, window, ofFixed)
  const [a, aa] = [ofFixed[0]!, ofFixed[1]!]
  let [b, bb, ab] = [0, 0, 0]
  // The products of every slope with the moving picture.
  let [q0, q1, q2, q3] = [0, 0, 0, 0]
  for (let y = window.top; y < window.bottom; y++) {
    for (let at = y * size + window.left; at < y * size + window.right; at++) {
      const q = scratch[at]!
      b += q
      bb += q * q
      ab += pixels[at]! * q
      q0 += slopes[4 * at]! * q
      q1 += slopes[4 * at + 1]! * q
      q2 += slopes[4 * at + 2]! * q
      q3 += slopes[4 * at + 3]! * q
    }
  }
  const correlation = correlationOf(n, a, b, aa, bb, ab)
  if (!(correlation > 0)) return { ...nowhere, correlation }
  // gain * q + offset is the least-squares fit to p; what it lacks is projected on the slopes.
  const gain = (ab - (a * b) / n) / (bb - (b * b) / n)
  const offset = (a - gain * b) / n
  const e0 = gain * q0 + offset * ofFixed[2]! - ofFixed[6]!
  const e1 = gain * q1 + offset * ofFixed[3]! - ofFixed[7]!
  const e2 = gain * q2 + offset * ofFixed[4]! - ofFixed[8]!
  const e3 = gain * q3 + offset * ofFixed[5]! - ofFixed[9]!
  const change = (row: number): number =>
    inverse[row]! * e0 + inverse[row + 1]! * e1 + inverse[row + 2]! * e2 + inverse[row + 3]! * e3
  const scaleX = placement.scaleX / (1 + change(0))
  const scaleY = placement.scaleY / (1 + change(4))
  const shiftX = placement.shiftX - scaleX * change(8)
  const shiftY = placement.shiftY - scaleY * change(12)
  const next = { scaleX, scaleY, shiftX, shiftY }
  return { correlation, next: isPlausible(next, size) ? next : null }
}

function isPlausible({ scaleX, scaleY, shiftX, shiftY }: Placement, size: number): boolean {
  const isScale = (scale: number): boolean => scale > 1 / widestScale && scale < widestScale
  return isScale(scaleX) && isScale(scaleY) && Math.max(Math.abs(shiftX), Math.abs(shiftY)) < size / 4
}
