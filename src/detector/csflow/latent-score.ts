/** From the energies of latents to one number for an image. */
import { type CellRange, cellsInContent } from '../../image/cell-range.ts'
import type { Frame } from '../../image/image.ts'
import { type Extents, scales } from './flow-shape.ts'

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

/**
 * Half the mean energy over the cells of all scales: the negative log-likelihood of an element under the base distribution,
 * without its constant. The finer a scale, the more cells it has and the more it weighs.
 *
 * @param cells - Energies in the picture, for each scale.
 * @param share - Of the cells of each scale, those of the largest energy, at least one, that take part; 1 for all, as in the
 *   reference.
 * Source: github.com/marco-rudolph/cs-flow, evaluate.py.
 */
export function latentScore(cells: readonly Float32Array[], share: number): number {
  let sum = 0
  let count = 0
  for (const scale of scales) {
    const all = cells[scale]!
    const taken = Math.max(1, Math.round(share * all.length))
    const largest =
      taken === all.length
        ? all
        : Float32Array.from(all)
            .sort()
            .subarray(all.length - taken)
    for (const energy of largest) sum += energy
    count += taken
  }
  return sum / (2 * count)
}
