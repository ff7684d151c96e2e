/** Which cells of a feature grid show the picture, and which only its padding. */
import type { Frame } from './image.ts'

/** The cells of a feature grid whose centre lies in the picture (not in the padding). */
export interface CellRange {
  readonly row: number
  readonly col: number
  readonly rows: number
  readonly cols: number
}

/** @returns At least one cell in each direction, however thin the content. */
export function cellsInContent(frame: Frame, rows: number, cols: number): CellRange {
  const [row, rowEnd] = cellSpan(frame.content.y, frame.content.height, frame.size.height, rows)
  const [col, colEnd] = cellSpan(frame.content.x, frame.content.width, frame.size.width, cols)
  return { row, col, rows: rowEnd - row, cols: colEnd - col }
}

function cellSpan(start: number, length: number, total: number, cells: number): [number, number] {
  const pitch = total / cells
  const first = Math.ceil(start / pitch - 0.5)
  const end = Math.floor((start + length) / pitch - 0.5) + 1
  if (end > first) return [Math.max(0, first), Math.min(cells, end)]
  const middle = Math.min(cells - 1, Math.max(0, Math.floor((start + length / 2) / pitch)))
  return [middle, middle + 1]
}
