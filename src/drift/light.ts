/** What the light did to a picture, in a handful of numbers, from one look at every pixel. */
import type { Image } from '../image/image.ts'
import { connectedComponents } from '../math/connected-components.ts'

export interface Light {
  /** Of the grey levels, 0..255. */
  readonly mean: number
  /** Standard deviation of the grey levels. */
  readonly contrast: number
  /** Share of the pixels at or next to black (0..2) and white (253..255). */
  readonly black: number
  readonly white: number
  /** log2 of the Laplacian's standard deviation over that of the grey levels: the same under another exposure. */
  readonly sharpness: number
  /** Largest burnt-out area that does not touch the border, as a share of the picture: a reflection, not a background. */
  readonly glare: number
  /** How many of the 256 grey levels occur. */
  readonly levels: number
}

const almostBlack = 2
const almostWhite = 253
/** Longest side at which burnt-out areas are looked for. */
const glareSide = 256

/** Grey level of the pixel whose red stands at `at`, by the weights of ITU-R BT.601, 0..255. */
export const greyAt = (data: Uint8Array, at: number): number =>
  (77 * data[at]! + 150 * data[at + 1]! + 29 * data[at + 2]! + 128) >> 8

/** Of every pixel, [height, width]. */
export function greyOf({ data, width, height }: Image): Uint8Array {
  const grey = new Uint8Array(width * height)
  for (let i = 0; i < grey.length; i++) grey[i] = greyAt(data, 3 * i)
  return grey
}

/** @param grey - [height, width], 0..255. Cost: a few ns a pixel. */
export function measureLight(grey: Uint8Array, width: number, height: number): Light {
  const counts = new Uint32Array(256)
  for (let i = 0; i < grey.length; i++) counts[grey[i]!]!++
  const tones = tonesOf(counts, grey.length)
  return {
    ...tones,
    sharpness: sharpnessOf(laplacianDeviation(grey, width, height), tones.contrast),
    glare: tones.white === 0 ? 0 : largestInnerArea(grey, width, height),
  }
}

/** @param counts - Of each of the 256 grey levels. @param of - Their sum, at least 1. */
export function tonesOf(counts: Uint32Array, of: number): Omit<Light, 'sharpness' | 'glare'> {
  let sum = 0
  let squares = 0
  let black = 0
  let white = 0
  let levels = 0
  for (let level = 0; level < 256; level++) {
    const count = counts[level]!
    if (count > 0) levels++
    sum += count * level
    squares += count * level * level
    if (level <= almostBlack) black += count
    if (level >= almostWhite) white += count
  }
  const mean = sum / of
  const contrast = Math.sqrt(Math.max(0, squares / of - mean * mean))
  return { mean, contrast, black: black / of, white: white / of, levels }
}

/** @param laplacian - Standard deviation of 4 x a grey level - its four neighbours. */
export const sharpnessOf = (laplacian: number, contrast: number): number =>
  Math.log2((laplacian + 0.01) / (contrast + 0.01))

function laplacianDeviation(grey: Uint8Array, width: number, height: number): number {
  let sum = 0
  let squares = 0
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1, end = y * width + width - 1; at < end; at++) {
      const value = 4 * grey[at]! - grey[at - 1]! - grey[at + 1]! - grey[at - width]! - grey[at + width]!
      sum += value
      squares += value * value
    }
  }
  const count = Math.max(1, (width - 2) * (height - 2))
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
}

function largestInnerArea(grey: Uint8Array, width: number, height: number): number {
  const step = Math.max(1, Math.floor(Math.max(width, height) / glareSide))
  const columns = Math.floor((width - 1) / step) + 1
  const rows = Math.floor((height - 1) / step) + 1
  const burnt = new Uint8Array(columns * rows)
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) burnt[to++] = grey[step * (y * width + x)]! >= almostWhite ? 1 : 0
  }
  const { labels, areas } = connectedComponents(burnt, columns, rows)
  const atBorder = new Set<number>()
  for (let x = 0; x < columns; x++) atBorder.add(labels[x]!).add(labels[(rows - 1) * columns + x]!)
  for (let y = 0; y < rows; y++) atBorder.add(labels[y * columns]!).add(labels[(y + 1) * columns - 1]!)
  let largest = 0
  areas.forEach((area, i) => {
    if (!atBorder.has(i + 1)) largest = Math.max(largest, area)
  })
  return largest / burnt.length
}
