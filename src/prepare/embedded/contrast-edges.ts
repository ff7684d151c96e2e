/**
 * What it costs to cut between neighbouring cells: little across an edge of colour, much inside an even area.
 *
 * Source: Boykov and Jolly 2001, "Interactive graph cuts"; the contrast's scale is the picture's mean, as in GrabCut.
 */
import type { GridCosts } from '../../math/grid-cut.ts'
import { type CellFeatures, featureCount as dims } from './cell-features.ts'

/** Lightness and colour; roughness is too blurred to say where an edge is. */
const colours = 3

/** @param even - Cost between two equal neighbours. */
export function contrastEdges(
  { rows, cols, data }: CellFeatures,
  even: number,
): Pick<GridCosts, 'right' | 'down' | 'downRight' | 'downLeft'> {
  const difference = (i: number, j: number): number => {
    let sum = 0
    for (let c = 0; c < colours; c++) sum += (data[i * dims + c]! - data[j * dims + c]!) ** 2
    return sum
  }
  let sum = 0
  let count = 0
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++, i++) {
      if (x + 1 < cols) sum += difference(i, i + 1)
      if (y + 1 < rows) sum += difference(i, i + cols)
      count += (x + 1 < cols ? 1 : 0) + (y + 1 < rows ? 1 : 0)
    }
  }
  const falloff = 1 / (2 * Math.max(1, sum / Math.max(1, count)))
  const cost = (i: number, j: number, length: number): number =>
    Math.round((even / length) * Math.exp(-falloff * difference(i, j)))
  const [right, down, downRight, downLeft] = Array.from({ length: 4 }, () => new Int32Array(rows * cols)) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ]
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++, i++) {
      if (x + 1 < cols) right[i] = cost(i, i + 1, 1)
      if (y + 1 === rows) continue
      down[i] = cost(i, i + cols, 1)
      if (x + 1 < cols) downRight[i] = cost(i, i + cols + 1, Math.SQRT2)
      if (x > 0) downLeft[i] = cost(i, i + cols - 1, Math.SQRT2)
    }
  }
  return { right, down, downRight, downLeft }
}
