/**
 * Pictures to learn from, drawn from photographs: windows of any place, scale and turn, in other light, now and then grey.
 *
 * A crop is drawn twice over: as the teacher sees it, and as the student does, with small variations that a camera makes
 * of one and the same thing (exposure, uneven light, noise, a little blur). The student is to answer as the teacher does
 * to the picture without them: it learns to be less moved by what is no defect.
 */
import type { Image } from '../../src/image/image.ts'
import type { Random } from '../../src/math/random.ts'
import { blemishInPlace } from './blemishes.ts'

export interface Crop {
  /** uint8 [side, side, 3] each. */
  readonly teacher: Uint8Array
  readonly student: Uint8Array
}

/** Share of crops in which the student sees variations, and in which both see blemishes. */
const [variedShare, blemishedShare] = [0.5, 0.6]

export interface CropOptions {
  /** Whether the student may see variations; without, both see the same. */
  readonly isVaried: boolean
  /** Whether there may be blemishes, for both. */
  readonly isBlemished: boolean
}

export function drawCrop(
  source: Image,
  side: number,
  { isVaried, isBlemished }: CropOptions,
  random: Random,
): Crop {
  const plain = drawWindow(source, side, random)
  const blemishes = random.fork('blemishes')
  if (isBlemished && blemishes.uniform() < blemishedShare) blemishInPlace(plain, side, blemishes)
  shadeInPlace(plain, random)
  const teacher = quantise(plain)
  if (!isVaried || random.uniform() >= variedShare) return { teacher, student: teacher }
  return { teacher, student: quantise(vary(plain, side, random)) }
}

/** A square window, as float32 [side, side, 3] of 0..255; the picture is mirrored at its borders. */
function drawWindow({ width, height, data }: Image, side: number, random: Random): Float32Array {
  const shorter = Math.min(width, height)
  const most = Math.min(1, 2.2 * (side / shorter)) * shorter
  const least = Math.min(most, 0.45 * side)
  const extent = least * (most / least) ** random.uniform()
  const isTurned = random.uniform() < 0.3
  const angle = isTurned ? 2 * Math.PI * random.uniform() : (Math.PI / 2) * random.integer(4)
  const step = extent / side
  const flip = random.uniform() < 0.5 ? -1 : 1
  const stretch = isTurned ? Math.exp(0.15 * random.normal()) : 1
  const [dx, dy] = [step * Math.cos(angle), step * Math.sin(angle)]
  const centre = (length: number) => extent / 2 + random.uniform() * Math.max(0, length - extent) - 0.5
  const [cx, cy] = [centre(width), centre(height)]
  const crop = new Float32Array(side * side * 3)
  for (let row = 0, at = 0; row < side; row++) {
    const v = (row - (side - 1) / 2) / stretch
    for (let col = 0; col < side; col++, at += 3) {
      const u = flip * (col - (side - 1) / 2)
      const x = mirrored(cx + u * dx - v * dy, width)
      const y = mirrored(cy + u * dy + v * dx, height)
      const [x0, y0] = [Math.floor(x), Math.floor(y)]
      const [fx, fy] = [x - x0, y - y0]
      const a = 3 * (y0 * width + x0)
      const right = x0 + 1 < width ? 3 : 0
      const down = y0 + 1 < height ? 3 * width : 0
      for (let c = a; c < a + 3; c++) {
        const top = data[c]! + fx * (data[c + right]! - data[c]!)
        const bottom = data[c + down]! + fx * (data[c + down + right]! - data[c + down]!)
        crop[at + c - a] = top + fy * (bottom - top)
      }
    }
  }
  return crop
}

/** A position brought into 0..length - 1. */
function mirrored(position: number, length: number): number {
  const last = length - 1
  if (position >= 0 && position <= last) return position
  const folded = Math.abs(position) % (2 * last)
  return folded > last ? 2 * last - folded : folded
}

/** Other light and colour, for both: grey in a third of all crops, low contrast in a quarter, brightness, gain of channels. */
function shadeInPlace(crop: Float32Array, random: Random): void {
  const isGrey = random.uniform() < 0.33
  const isFaint = random.uniform() < 0.25
  const contrast = isFaint ? 0.15 + 0.6 * random.uniform() : Math.exp(0.2 * random.normal())
  const level = isFaint ? 40 + 170 * random.uniform() : 128 + 20 * random.normal()
  const gains = isGrey ? [1, 1, 1] : [0, 1, 2].map(() => Math.exp(0.06 * random.normal()))
  let mean = 0
  for (let i = 0; i < crop.length; i += 16) mean += crop[i]!
  mean /= crop.length / 16
  const target = isFaint ? level : mean + (level - 128)
  for (let i = 0; i < crop.length; i += 3) {
    const grey = 0.299 * crop[i]! + 0.587 * crop[i + 1]! + 0.114 * crop[i + 2]!
    for (let c = 0; c < 3; c++) {
      const value = isGrey ? grey : crop[i + c]! * gains[c]!
      crop[i + c] = (value - mean) * contrast + target
    }
  }
}

/** A copy with what a camera and a lamp change from one picture to the next. */
function vary(crop: Float32Array, side: number, random: Random): Float32Array {
  const blurred = random.uniform() < 0.3 ? blur(crop, side, 0.5 * random.uniform()) : crop.slice()
  const gain = Math.exp(0.08 * random.normal())
  const offset = 5 * random.normal()
  const [slopeX, slopeY] = [0.12 * random.normal(), 0.12 * random.normal()]
  const noise = random.uniform() < 0.6 ? 4 * random.uniform() : 0
  const isColoured = random.uniform() < 0.5
  for (let row = 0, at = 0; row < side; row++) {
    for (let col = 0; col < side; col++, at += 3) {
      const light = gain * (1 + slopeX * (col / side - 0.5) + slopeY * (row / side - 0.5))
      let grain = noise === 0 ? 0 : noise * roughlyNormal(random)
      for (let c = at; c < at + 3; c++) {
        if (isColoured && noise !== 0 && c > at) grain = noise * roughlyNormal(random)
        blurred[c] = blurred[c]! * light + offset + grain
      }
    }
  }
  return blurred
}

/** Of variance 1, from one draw of four bytes. */
function roughlyNormal(random: Random): number {
  const word = random.integer(4294967296)
  const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24)
  return (sum - 510) / 147.8
}

/** A mean of each pixel and its four neighbours, of which the neighbours have `share`. */
function blur(crop: Float32Array, side: number, share: number): Float32Array {
  const result = crop.slice()
  const line = 3 * side
  for (let row = 1; row < side - 1; row++) {
    for (let i = row * line + 3; i < (row + 1) * line - 3; i++) {
      const around = crop[i - 3]! + crop[i + 3]! + crop[i - line]! + crop[i + line]!
      result[i] = (1 - share) * crop[i]! + (share / 4) * around
    }
  }
  return result
}

const quantise = (crop: Float32Array): Uint8Array => new Uint8Array(Uint8ClampedArray.from(crop).buffer)
