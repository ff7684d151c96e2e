/**
 * From how far each pixel is from the background to inside and outside.
 *
 * A mask may hold one level, several (classes, numbers of objects), and soft edges between them; from a lossy file, noise as well.
 * Whatever is a level of its own is inside. What only lies between two levels, at an edge, is inside where it is above half of the
 * higher one. For a mask of one level that is the usual half range.
 */
import type { Mask } from './image.ts'

/** Distance of every pixel from the background, 0 = background. */
export interface Distances {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array | Uint16Array
  /** The file has lost detail to compression: small distances are noise. */
  readonly isLossy: boolean
}

export interface LevelMask extends Mask {
  /** How many values there are besides the background's. */
  readonly values: number
  /** How many of them are levels of their own; 1 at most for a lossy file. */
  readonly levels: number
  /** It holds so many values, and so many between dark and light, that it is a photograph or a heat map. */
  readonly isPicture: boolean
}

/** Of 255: what compression makes of a plain area, at the quality that tools save masks with. */
const noise = 32
/** Share of a value's pixels that lie between a lower and a higher one from which it is an edge's and no level. */
const edgeShare = 0.9
const mostValues = 64
/** A lossless mask whose largest value is at most this holds class numbers, and no grey levels between black and white. */
const largestClass = 15

export function maskOfLevels(distances: Distances): LevelMask {
  const { width, height, data } = distances
  const counts = new Uint32Array(data instanceof Uint8Array ? 256 : 65536)
  for (let i = 0; i < data.length; i++) counts[data[i]!]!++
  let top = 0
  let values = 0
  for (let value = 1; value < counts.length; value++) {
    if (counts[value] === 0) continue
    top = value
    values++
  }
  const step = data instanceof Uint8Array ? 1 : 257
  const isPicture = values > mostValues && isContinuous(distances, counts, top, noise * step)
  if (distances.isLossy || isNoisy(counts, top, values, step)) {
    const inside = insideOfLossy(distances, counts, noise * step)
    return { width, height, data: inside, values, levels: Math.min(1, values), isPicture }
  }
  if (values <= 1 || top <= largestClass) {
    const inside = above(data, 0)
    return { width, height, data: inside, values, levels: values, isPicture }
  }
  return { width, height, values, isPicture, ...insideOfLevels(distances, counts, top) }
}

/** 1 where a value is above the limit. A loop: `Uint8Array.from` goes by an iterator and took most of the time that a mask takes. */
function above(data: Distances['data'], limit: number): Uint8Array {
  const inside = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) inside[i] = data[i]! > limit ? 1 : 0
  return inside
}

/** Much between dark and light, and hardly two neighbours alike. */
function isContinuous({ width, data }: Distances, counts: Uint32Array, top: number, margin: number): boolean {
  let between = 0
  for (let value = margin + 1; value < top - margin; value++) between += counts[value]!
  if (between < 0.3 * data.length) return false
  let alike = 0
  for (let i = 1; i < data.length; i++) if (i % width !== 0 && data[i] === data[i - 1]) alike++
  return alike < 0.9 * data.length
}

/** A lossless copy of a lossy file: most of what is neither background nor top lies next to them. */
function isNoisy(counts: Uint32Array, top: number, values: number, step: number): boolean {
  if (values <= 24 || top < 100 * step) return false
  let near = 0
  let all = 0
  for (let value = 1; value < top; value++) {
    all += counts[value]!
    if (value <= 8 * step || value >= top - 8 * step) near += counts[value]!
  }
  return near > 0.4 * all && counts[0]! > 0
}

function insideOfLevels(
  { width, height, data }: Distances,
  counts: Uint32Array,
  top: number,
): { readonly data: Uint8Array; readonly levels: number } {
  // How many pixels of each value have, among their eight neighbours, a lower and a higher one.
  const between = new Uint32Array(counts.length)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const value = data[at]!
      if (value === 0 || value === top) continue
      let lower = false
      let higher = false
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const other = data[v * width + u]!
          if (other < value) lower = true
          else if (other > value) higher = true
        }
      }
      if (lower && higher) between[value]!++
    }
  }
  const isLevel = counts.map((count, value) =>
    value > 0 && count > 0 && (value === top || between[value]! < edgeShare * count) ? 1 : 0,
  )
  const levels = isLevel.reduce((sum, each) => sum + each, 0)
  const inside = new Uint8Array(data.length)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const value = data[at]!
      if (value === 0) continue
      if (isLevel[value] === 1) inside[at] = 1
      else inside[at] = 2 * value > (levels === 1 ? top : levelBeside(x, y) || top) ? 1 : 0
    }
  }
  return { data: inside, levels }

  /** The highest level among the neighbours; 0 for none. */
  function levelBeside(x: number, y: number): number {
    let highest = 0
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const other = data[v * width + u]!
        if (other > highest && isLevel[other] === 1) highest = other
      }
    }
    return highest
  }
}

/** Above half of the lowest level that has plain areas; nothing where all is within the noise. */
function insideOfLossy({ width, height, data }: Distances, counts: Uint32Array, margin: number): Uint8Array {
  let top = counts.length - 1
  for (let beyond = counts[top]!; top > 0 && beyond <= 0.0002 * data.length; beyond += counts[top]!) top--
  if (top <= margin) return new Uint8Array(data.length)
  let lowest = top
  const reach = 2
  for (let y = reach; y < height - reach; y++) {
    for (let x = reach; x < width - reach; x++) {
      const value = data[y * width + x]!
      if (value <= margin || value >= lowest) continue
      let isPlain = true
      for (let v = y - reach; v <= y + reach && isPlain; v++) {
        for (let u = x - reach; u <= x + reach && isPlain; u++) {
          isPlain = Math.abs(data[v * width + u]! - value) <= margin / 4
        }
      }
      if (isPlain) lowest = value
    }
  }
  // Half of the full range, as ever, unless a plain area says that there are lower levels.
  const full = counts.length - 1
  const half = lowest > 0.75 * full ? full / 2 : Math.max(lowest / 2, margin)
  return above(data, half)
}
