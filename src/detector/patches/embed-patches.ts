/**
 * From stage outputs to locally aware patch embeddings: one row for every cell of a common grid that lies in the picture.
 *
 * Each stage is averaged over a neighbourhood of every cell, brought to the grid (area means where it is finer, bilinear
 * where it is coarser) and, where asked for, to length 1; the parts are joined. Cells of the padding take no part, neither
 * as patches nor in the means of others.
 *
 * Source: Roth et al. 2022, arXiv 2106.08265, section 3.1. The paper brings all stages to the finest; here the stride
 * of the grid is an option. Length 1 is not in the paper: it makes embeddings indifferent to contrast and exposure.
 */
import type { FeatureMap, ImageFeatures, PatchDefaults } from '../../backbone/backbone.ts'
import { type CellRange, cellsInContent } from '../../image/cell-range.ts'
import type { Frame } from '../../image/image.ts'

/** The patches of one image. */
export interface PatchGrid {
  /** float32, shape [range.rows * range.cols, dims]. */
  readonly data: Float32Array
  readonly dims: number
  /** Cells of the whole grid, padding included. */
  readonly grid: { readonly rows: number; readonly cols: number }
  /** Which of them the rows of `data` are. */
  readonly range: CellRange
  readonly frame: Frame
}

/** Cost: O(cells * channels * neighbourhood). */
export function embedPatches(
  { maps, frame }: ImageFeatures,
  options: Omit<PatchDefaults, 'stages'>,
): PatchGrid {
  const { stride, neighbourhood, unitLength } = options
  const grid = { rows: Math.ceil(frame.size.height / stride), cols: Math.ceil(frame.size.width / stride) }
  const range = cellsInContent(frame, grid.rows, grid.cols)
  const dims = maps.reduce((sum, { channels }) => sum + channels, 0)
  const data = new Float32Array(range.rows * range.cols * dims)
  let offset = 0
  for (const map of maps) {
    writeStageInPlace(data, dims, offset, map, frame, grid, range, neighbourhood)
    if (unitLength) scaleRowsInPlace(data, dims, offset, map.channels)
    offset += map.channels
  }
  return { data, dims, grid, range, frame }
}

function writeStageInPlace(
  data: Float32Array,
  dims: number,
  offset: number,
  { data: source, channels, rows, cols }: FeatureMap,
  frame: Frame,
  grid: PatchGrid['grid'],
  range: CellRange,
  neighbourhood: number,
): void {
  const inside = cellsInContent(frame, rows, cols)
  const down = cellWeights(rows, grid.rows, inside.row, inside.rows, range.row, range.rows)
  const across = cellWeights(cols, grid.cols, inside.col, inside.cols, range.col, range.cols)
  const averaged = new Float32Array(inside.rows * inside.cols)
  for (let channel = 0; channel < channels; channel++) {
    const plane = source.subarray(channel * rows * cols, (channel + 1) * rows * cols)
    averageInPlace(averaged, plane, cols, inside, neighbourhood >> 1)
    for (let r = 0, to = offset + channel; r < range.rows; r++) {
      for (let c = 0; c < range.cols; c++, to += dims) {
        let sum = 0
        for (let i = down.starts[r]!; i < down.starts[r + 1]!; i++) {
          const line = down.cells[i]! * inside.cols
          let part = 0
          for (let j = across.starts[c]!; j < across.starts[c + 1]!; j++) {
            part += across.weights[j]! * averaged[line + across.cells[j]!]!
          }
          sum += down.weights[i]! * part
        }
        data[to] = sum
      }
    }
  }
}

/** Means over the neighbourhood of each cell of `inside`, as far as it lies inside. */
function averageInPlace(
  target: Float32Array,
  plane: Float32Array,
  cols: number,
  inside: CellRange,
  reach: number,
): void {
  for (let r = 0; r < inside.rows; r++) {
    const top = Math.max(0, r - reach)
    const bottom = Math.min(inside.rows - 1, r + reach)
    for (let c = 0; c < inside.cols; c++) {
      const left = Math.max(0, c - reach)
      const right = Math.min(inside.cols - 1, c + reach)
      let sum = 0
      for (let y = top; y <= bottom; y++) {
        const line = (inside.row + y) * cols + inside.col
        for (let x = left; x <= right; x++) sum += plane[line + x]!
      }
      target[r * inside.cols + c] = sum / ((bottom - top + 1) * (right - left + 1))
    }
  }
}

/** Of target cell `i`: the source cells from `starts[i]` to before `starts[i + 1]`, and what each counts. */
interface CellWeights {
  readonly starts: Int32Array
  readonly cells: Int32Array
  readonly weights: Float64Array
}

/**
 * How each target cell is mixed from source cells along one axis: by overlap where the source is at least as fine, else
 * bilinear. Indices count from the first source cell inside; weights sum to 1.
 */
function cellWeights(
  sourceCells: number,
  targetCells: number,
  firstInside: number,
  insideCount: number,
  firstTarget: number,
  targetCount: number,
): CellWeights {
  const ratio = sourceCells / targetCells
  const mixes = Array.from({ length: targetCount }, (_, i) => {
    const target = firstTarget + i
    const start = target * ratio - firstInside
    const mixed: [number, number][] = []
    if (ratio >= 1) {
      for (let cell = Math.floor(start); cell < start + ratio; cell++) {
        const overlap = Math.min(cell + 1, start + ratio) - Math.max(cell, start)
        if (overlap > 1e-9 && cell >= 0 && cell < insideCount) mixed.push([cell, overlap])
      }
    } else {
      const centre = (target + 0.5) * ratio - 0.5 - firstInside
      const below = Math.floor(centre)
      for (const [cell, weight] of [
        [below, 1 - (centre - below)],
        [below + 1, centre - below],
      ] as const) {
        if (weight > 0) mixed.push([Math.min(insideCount - 1, Math.max(0, cell)), weight])
      }
    }
    if (mixed.length === 0) mixed.push([Math.min(insideCount - 1, Math.max(0, Math.floor(start))), 1])
    const total = mixed.reduce((sum, [, weight]) => sum + weight, 0)
    return mixed.map(([cell, weight]) => [cell, weight / total] as const)
  })
  const starts = new Int32Array(targetCount + 1)
  mixes.forEach((mixed, i) => {
    starts[i + 1] = starts[i]! + mixed.length
  })
  const flat = mixes.flat()
  return {
    starts,
    cells: Int32Array.from(flat, ([cell]) => cell),
    weights: Float64Array.from(flat, ([, weight]) => weight),
  }
}

/** Brings columns offset..offset+count of every row to length 1; a row of zeros stays. */
function scaleRowsInPlace(data: Float32Array, dims: number, offset: number, count: number): void {
  for (let row = offset; row < data.length; row += dims) {
    let squares = 0
    for (let i = row; i < row + count; i++) squares += data[i]! * data[i]!
    if (squares === 0) continue
    const factor = 1 / Math.sqrt(squares)
    for (let i = row; i < row + count; i++) data[i]! *= factor
  }
}
