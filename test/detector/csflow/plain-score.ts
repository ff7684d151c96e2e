/** From the energies of latents to one number for an image, as loops: the slow twin of `src/detector/csflow/score-graph.ts`. */
import { type Extents, scales } from '../../../src/detector/csflow/flow-shape.ts'
import { type CellRange, cellsInContent } from '../../../src/image/cell-range.ts'
import type { Frame } from '../../../src/image/image.ts'

/** The energies of the cells that show the picture, not its padding. */
export function contentEnergies(
  energy: Float32Array,
  [rows, cols]: Extents,
  frame: Frame,
): { readonly cells: Float32Array; readonly range: CellRange } {
  const range = cellsInContent(frame, rows, cols)
  const cells = new Float32Array(range.rows * range.cols)
  for (let row = 0; row < range.rows; row++) {
    const from = (range.row + row) * cols + range.col
    cells.set(energy.subarray(from, from + range.cols), row * range.cols)
  }
  return { cells, range }
}

/** Half the mean energy over the cells of all scales, or of each scale's largest share of them. */
export function latentScore(cells: readonly Float32Array[], share: number): number {
  let sum = 0
  let count = 0
  for (const scale of scales) {
    const sorted = [...cells[scale]!].sort((a, b) => b - a)
    const taken = Math.max(1, Math.round(share * sorted.length))
    for (const energy of sorted.slice(0, taken)) sum += energy
    count += taken
  }
  return sum / (2 * count)
}
