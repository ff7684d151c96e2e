/**
 * Perlin noise on a grid of random gradients, and its rotation: what the outlines of synthetic anomalies are cut from.
 *
 * Source: Perlin 2002, "Improving Noise"; as GLASS (github.com/cqylunlun/GLASS, perlin.py: `rand_perlin_2d_np`) uses it.
 */
import { ShapeError } from '../errors.ts'
import type { Size } from '../image/image.ts'

/** Grid cells down and across; a gradient stands at each of the (rows + 1) x (cols + 1) corners. */
export interface NoiseGrid {
  readonly rows: number
  readonly cols: number
}

/**
 * Adds noise to a field: smooth, 0 at the corners of the grid.
 *
 * @param field - [height, width], written to.
 * @param grid - At least one cell either way. Pixel (x, y) lies at (x cols / width, y rows / height) of the grid, so the
 *   sides need not be multiples of the cells as they must in the reference.
 * @param angles - [rows + 1, cols + 1] radians. A gradient is (cos, sin); its first component belongs to the row axis.
 * @param weight - What the noise, whose range is -1..1, is multiplied by.
 * @throws {ShapeError} The field or the angles have another length.
 * Cost: O(pixels) time, O(width) memory: along a row, each corner's contribution is a straight line in x.
 */
export function addPerlinNoise(
  field: Float64Array,
  { width, height }: Size,
  { rows, cols }: NoiseGrid,
  angles: Float64Array,
  weight = 1,
): void {
  if (field.length !== width * height) throw new ShapeError('field', `[${height}, ${width}]`, [field.length])
  const corners = cols + 1
  if (angles.length !== (rows + 1) * corners) {
    throw new ShapeError('angles', `[${rows + 1}, ${corners}]`, [angles.length])
  }
  const columns = columnPlaces(width, cols)
  const level = new Float64Array(corners) // of each corner's line in this row, both rows of corners mixed ...
  const slope = new Float64Array(corners) // ... and its slope
  const scale = Math.SQRT2 * weight
  for (let y = 0; y < height; y++) {
    const place = (y * rows) / height
    const row = Math.floor(place)
    const v = place - row
    const mix = fade(v)
    for (let c = 0; c < corners; c++) {
      const upper = angles[row * corners + c]!
      const lower = angles[(row + 1) * corners + c]!
      level[c] = Math.cos(upper) * v * (1 - mix) + Math.cos(lower) * (v - 1) * mix
      slope[c] = Math.sin(upper) * (1 - mix) + Math.sin(lower) * mix
    }
    addRow(field, y * width, columns, level, slope, scale)
  }
}

interface ColumnPlaces {
  readonly cells: Int32Array // [width] cell of each column
  readonly offsets: Float64Array // [width] place inside it, 0..1
  readonly mixes: Float64Array // [width] the offset, faded
}

function columnPlaces(width: number, cols: number): ColumnPlaces {
  const cells = new Int32Array(width)
  const offsets = new Float64Array(width)
  const mixes = new Float64Array(width)
  for (let x = 0; x < width; x++) {
    const place = (x * cols) / width
    cells[x] = Math.floor(place)
    offsets[x] = place - cells[x]!
    mixes[x] = fade(offsets[x]!)
  }
  return { cells, offsets, mixes }
}

function addRow(
  field: Float64Array,
  start: number,
  { cells, offsets, mixes }: ColumnPlaces,
  level: Float64Array,
  slope: Float64Array,
  scale: number,
): void {
  for (let x = 0; x < cells.length; x++) {
    const c = cells[x]!
    const u = offsets[x]!
    const left = level[c]! + slope[c]! * u
    const right = level[c + 1]! + slope[c + 1]! * (u - 1)
    field[start + x] = field[start + x]! + scale * (left + (right - left) * mixes[x]!)
  }
}

/** 0 to 1 with first and second derivative 0 at both ends. */
const fade = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10)

/**
 * Marks where a field, turned about its middle, lies above a threshold.
 *
 * The field is interpolated bilinearly and is 0 outside, as imgaug's `Affine(rotate)` does with its defaults; OpenCV below
 * it rounds places to 1/32 pixel, which is not copied.
 *
 * @param field - [height, width].
 * @param degrees - Clockwise as seen on screen. 0 leaves the field as it is.
 * @returns [height, width], 1 above the threshold (not at it), else 0.
 */
export function rotateAbove(
  field: Float64Array,
  { width, height }: Size,
  degrees: number,
  threshold: number,
): Uint8Array {
  const above = new Uint8Array(width * height)
  const turn = (degrees * Math.PI) / 180
  const cos = Math.cos(turn)
  const sin = Math.sin(turn)
  const middleX = (width - 1) / 2
  const middleY = (height - 1) / 2
  for (let y = 0, to = 0; y < height; y++) {
    const startX = middleX - cos * middleX + sin * (y - middleY)
    const startY = middleY + sin * middleX + cos * (y - middleY)
    for (let x = 0; x < width; x++, to++) {
      const fromX = startX + cos * x
      const fromY = startY - sin * x
      const column = Math.floor(fromX)
      const row = Math.floor(fromY)
      if (column < -1 || row < -1 || column >= width || row >= height) {
        if (threshold < 0) above[to] = 1
        continue
      }
      const u = fromX - column
      const v = fromY - row
      const at = row * width + column
      const hasLeft = column >= 0
      const hasRight = column < width - 1
      let value = 0
      if (row >= 0) {
        if (hasLeft) value += (1 - v) * (1 - u) * field[at]!
        if (hasRight) value += (1 - v) * u * field[at + 1]!
      }
      if (row < height - 1) {
        if (hasLeft) value += v * (1 - u) * field[at + width]!
        if (hasRight) value += v * u * field[at + width + 1]!
      }
      if (value > threshold) above[to] = 1
    }
  }
  return above
}
