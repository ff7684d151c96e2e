/**
 * A photograph as a coarse grid of cells, each with its lightness, two colour differences and its roughness: what the embedded
 * segmenter tells the object from the background by.
 */
import type { Image } from '../../image/image.ts'

/** Lightness, red-green, yellow-blue, roughness. */
export const featureCount = 4

export interface CellFeatures {
  readonly rows: number
  readonly cols: number
  /** Pixels along the side of a cell; those of the last row and column may reach beyond the picture. */
  readonly cell: number
  /** [rows, cols, 4]; lightness 0..255, colour differences about -180..180, roughness 0..140, smoothed but for the lightness. */
  readonly data: Float32Array
}

/** Cells along the longer side of a picture, at most. */
const cellsAlong = 140
/** Puts one step of roughness on a par with one of lightness; found on simulated parts. */
const roughnessWeight = 25

export const cellSide = ({ width, height }: { readonly width: number; readonly height: number }): number =>
  Math.max(1, Math.ceil(Math.max(width, height) / cellsAlong))

/** Cost: one pass over the pixels. */
export function cellFeatures(image: Image): CellFeatures {
  const cell = cellSide(image)
  const cols = Math.ceil(image.width / cell)
  const rows = Math.ceil(image.height / cell)
  const lightness = new Float32Array(rows * cols)
  const redGreen = new Float32Array(rows * cols)
  const yellowBlue = new Float32Array(rows * cols)
  const roughness = new Float32Array(rows * cols)
  averageCells(image, cell, cols, lightness, redGreen, yellowBlue, roughness)

  const rough = smooth(open(roughness, rows, cols), rows, cols, flat)
  const colours = [redGreen, yellowBlue].map((plane) => smooth(plane, rows, cols, binomial))
  const data = new Float32Array(featureCount * rows * cols)
  for (let i = 0, to = 0; i < rows * cols; i++) {
    data[to++] = lightness[i]!
    data[to++] = colours[0]![i]!
    data[to++] = colours[1]![i]!
    data[to++] = roughnessWeight * Math.log1p(rough[i]!)
  }
  return { rows, cols, cell, data }
}

/** Means of colour and of the gradient's length over every cell. */
function averageCells(
  { width, height, data }: Image,
  cell: number,
  cols: number,
  lightness: Float32Array,
  redGreen: Float32Array,
  yellowBlue: Float32Array,
  roughness: Float32Array,
): void {
  const light = new Float32Array(width * height)
  for (let i = 0, at = 0; i < light.length; i++, at += 3) {
    light[i] = (data[at]! + 2 * data[at + 1]! + data[at + 2]!) / 4
  }
  const counts = new Float32Array(lightness.length)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cell) * cols
    const up = y > 0 ? -width : 0
    const down = y + 1 < height ? width : 0
    for (let col = 0; col < cols; col++) {
      const end = Math.min(width, (col + 1) * cell)
      let lightSum = 0
      let redSum = 0
      let yellowSum = 0
      let roughSum = 0
      for (let x = col * cell, i = y * width + x; x < end; x++, i++) {
        const red = data[3 * i]!
        const green = data[3 * i + 1]!
        const across = light[i + (x + 1 < width ? 1 : 0)]! - light[i - (x > 0 ? 1 : 0)]!
        const along = light[i + down]! - light[i + up]!
        lightSum += light[i]!
        redSum += red - green
        yellowSum += (red + green) / 2 - data[3 * i + 2]!
        roughSum += Math.sqrt(across * across + along * along)
      }
      const to = row + col
      counts[to]! += end - col * cell
      lightness[to]! += lightSum
      redGreen[to]! += 0.7 * redSum
      yellowBlue[to]! += 0.7 * yellowSum
      roughness[to]! += roughSum / 2
    }
  }
  for (const plane of [lightness, redGreen, yellowBlue, roughness]) {
    for (let i = 0; i < plane.length; i++) plane[i]! /= counts[i]!
  }
}

type Weights = readonly [beside: number, centre: number]
const flat: Weights = [1, 1]
const binomial: Weights = [1, 2]

/** Weighted mean over 3 x 3 cells, rows then columns. */
function smooth(plane: Float32Array, rows: number, cols: number, [beside, centre]: Weights): Float32Array {
  const blend = (before: number | undefined, here: number, after: number | undefined): number => {
    let sum = centre * here
    let total = centre
    for (const other of [before, after]) {
      if (other === undefined) continue
      sum += beside * other
      total += beside
    }
    return sum / total
  }
  return alongBoth(plane, rows, cols, blend)
}

/** Smallest, then largest value of 3 x 3 cells: an edge of one cell's width leaves no roughness. */
function open(plane: Float32Array, rows: number, cols: number): Float32Array {
  const smallest = alongBoth(plane, rows, cols, (a, b, c) => Math.min(a ?? b, b, c ?? b))
  return alongBoth(smallest, rows, cols, (a, b, c) => Math.max(a ?? b, b, c ?? b))
}

type Triple = (before: number | undefined, here: number, after: number | undefined) => number

function alongBoth(plane: Float32Array, rows: number, cols: number, combine: Triple): Float32Array {
  const half = new Float32Array(plane.length)
  for (let i = 0; i < plane.length; i++) {
    const x = i % cols
    half[i] = combine(x > 0 ? plane[i - 1] : undefined, plane[i]!, x + 1 < cols ? plane[i + 1] : undefined)
  }
  const whole = new Float32Array(plane.length)
  for (let i = 0; i < plane.length; i++) {
    const y = Math.floor(i / cols)
    whole[i] = combine(
      y > 0 ? half[i - cols] : undefined,
      half[i]!,
      y + 1 < rows ? half[i + cols] : undefined,
    )
  }
  return whole
}
