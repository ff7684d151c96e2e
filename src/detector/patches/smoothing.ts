/**
 * From patch distances to a smooth map at the model's size.
 *
 * Bilinear upsampling followed by a Gaussian blur is linear and separable, so both together are two small matrices:
 * map = A D Bᵀ. Each row of A has only the few cells within reach of the blur, which makes this cheap.
 * Source: Roth et al. 2022, section 3.3 (bilinear upsampling, Gaussian of sigma 4). Checked against the obvious
 * upsample-then-blur in `test/detector/patches/smoothing.test.ts`.
 */
import type { CellRange } from '../../image/cell-range.ts'
import type { Frame, Rect, ScoreMap } from '../../image/image.ts'

/**
 * @param cells - float32, shape [range.rows, range.cols]: the distances of the cells in the content.
 * @param sigma - Of the blur, in pixels of the model input; 0 for none.
 * @param edge - What the blur does where the content ends: count what is there alone, or mirror it, the last pixel repeated
 *   (scipy's `reflect`) or not (OpenCV's `BORDER_REFLECT_101`).
 * @param reach - Pixels to either side that the blur takes in; default 4 sigma.
 * @returns Map of the model's size; 0 outside the content.
 */
export function smoothMap(
  cells: Float32Array,
  range: CellRange,
  grid: { readonly rows: number; readonly cols: number },
  frame: Frame,
  sigma: number,
  edge: Edge = 'renormalise',
  reach = Math.ceil(4 * sigma),
): ScoreMap {
  const { size, content } = frame
  const [{ rows, cols }, { width, height }] = [range, content]
  const vertical = weights(content.y, height, size.height / grid.rows, range.row, rows, sigma, edge, reach)
  const horizontal = weights(content.x, width, size.width / grid.cols, range.col, cols, sigma, edge, reach)
  const data = new Float32Array(size.width * size.height)
  const line = new Float64Array(range.cols)
  for (let y = 0; y < content.height; y++) {
    line.fill(0)
    for (let r = vertical.first[y]!; r < vertical.end[y]!; r++) {
      const weight = vertical.values[y * range.rows + r]!
      for (let c = 0; c < range.cols; c++) line[c]! += weight * cells[r * range.cols + c]!
    }
    writeLineInPlace(data, (content.y + y) * size.width, content, line, horizontal, range.cols)
  }
  return { width: size.width, height: size.height, data }
}

function writeLineInPlace(
  data: Float32Array,
  offset: number,
  content: Rect,
  line: Float64Array,
  horizontal: Weights,
  cols: number,
): void {
  for (let x = 0; x < content.width; x++) {
    let sum = 0
    for (let c = horizontal.first[x]!; c < horizontal.end[x]!; c++)
      sum += horizontal.values[x * cols + c]! * line[c]!
    data[offset + content.x + x] = sum
  }
}

export type Edge = 'renormalise' | 'reflect' | 'reflect-101'

interface Weights {
  readonly values: Float64Array // [length, cells]
  readonly first: Int32Array // [length] first cell with weight
  readonly end: Int32Array // [length] one past the last
}

/** Rows of blur x upsampling for the pixels start..start+length. */
function weights(
  start: number,
  length: number,
  pitch: number,
  firstCell: number,
  cells: number,
  sigma: number,
  edge: Edge,
  reach: number,
): Weights {
  const values = new Float64Array(length * cells)
  const first = new Int32Array(length)
  const end = new Int32Array(length)
  const kernel = Float64Array.from({ length: reach + 1 }, (_, d) =>
    sigma > 0 ? Math.exp(-(d * d) / (2 * sigma * sigma)) : 1,
  )
  const lower = new Int32Array(length)
  const fraction = new Float64Array(length)
  for (let p = 0; p < length; p++) {
    const at = Math.min(cells - 1, Math.max(0, (start + p + 0.5) / pitch - 0.5 - firstCell))
    lower[p] = Math.min(Math.floor(at), Math.max(0, cells - 2))
    fraction[p] = at - lower[p]!
  }
  for (let p = 0; p < length; p++) {
    const from = Math.max(0, p - reach)
    const to = Math.min(length - 1, p + reach)
    const [low, high] = edge === 'renormalise' ? [from, to] : [p - reach, p + reach]
    let total = 0
    for (let q = low; q <= high; q++) total += kernel[Math.abs(q - p)]!
    for (let q = low; q <= high; q++) {
      const weight = kernel[Math.abs(q - p)]! / total
      const pixel = edge === 'reflect-101' ? mirroredOnce(q, length) : mirrored(q, length)
      const cell = p * cells + lower[pixel]!
      values[cell]! += weight * (1 - fraction[pixel]!)
      if (fraction[pixel]! > 0) values[cell + 1]! += weight * fraction[pixel]!
    }
    first[p] = lower[from]!
    end[p] = Math.min(cells, lower[to]! + 2)
  }
  return { values, first, end }
}

/** A place beyond the ends as the one inside that mirrors it, the ends' own pixels repeated. */
function mirrored(place: number, length: number): number {
  const turn = ((place % (2 * length)) + 2 * length) % (2 * length)
  return turn < length ? turn : 2 * length - 1 - turn
}

/** The same, the ends' own pixels not repeated. */
function mirroredOnce(place: number, length: number): number {
  const period = Math.max(1, 2 * (length - 1))
  const turn = ((place % period) + period) % period
  return turn < length ? turn : period - turn
}
