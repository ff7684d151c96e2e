/** From distances of the patches of a picture to every good part, to the score of the picture: what may be chosen there. */
import { median } from '../../src/math/order-statistics.ts'

/** What is known of one picture. */
export interface Distances {
  /** Distance of every cell to the nearest patch of every good part but the picture's own: float32 [cells, parts]. */
  readonly byPart: Float32Array
  /** The same to the first picture of each alone. */
  readonly byFirst: Float32Array
  readonly parts: number
  /** Cells of the picture: rows * cols. */
  readonly rows: number
  readonly cols: number
}

export type Rule = (picture: Distances) => number

const nearest = ({ byPart, parts }: Distances): Float64Array => meansOfNearest(byPart, parts, 1)

/** The first is the detector's own, but for the weighing by neighbours. */
export const rules: Readonly<Record<string, Rule>> = {
  'top 3': (picture) => top(nearest(picture), 3),
  'top 1': (picture) => top(nearest(picture), 1),
  'top 10': (picture) => top(nearest(picture), 10),
  'top 5 %': (picture) => top(nearest(picture), Math.ceil(picture.rows * picture.cols * 0.05)),
  'all cells': (picture) => top(nearest(picture), picture.rows * picture.cols),
  'top 3 of means of 3x3': (picture) => top(smoothed(nearest(picture), picture), 3),
  'top 3 less the median': (picture) => {
    const cells = nearest(picture)
    return top(cells, 3) - median(cells)
  },
  'top 3 over the median': (picture) => {
    const cells = nearest(picture)
    return top(cells, 3) / median(cells)
  },
  'three nearest parts': ({ byPart, parts }) => top(meansOfNearest(byPart, parts, 3), 3),
  'nine nearest parts': ({ byPart, parts }) => top(meansOfNearest(byPart, parts, 9), 3),
  'one picture of a part': ({ byFirst, parts }) => top(meansOfNearest(byFirst, parts, 1), 3),
}

/** Mean of the `count` largest. */
function top(values: Float64Array, count: number): number {
  const sorted = Float64Array.from(values).sort()
  const kept = sorted.subarray(Math.max(0, sorted.length - count))
  return kept.reduce((sum, value) => sum + value, 0) / kept.length
}

/** Per cell the mean distance to its `count` nearest parts; parts at infinity are those that are left out. */
function meansOfNearest(distances: Float32Array, parts: number, count: number): Float64Array {
  return Float64Array.from({ length: distances.length / parts }, (_, cell) => {
    const own = distances.subarray(cell * parts, (cell + 1) * parts)
    if (count === 1) return own.reduce((least, value) => Math.min(least, value), Infinity)
    const kept = own.slice().sort().subarray(0, count)
    return kept.reduce((sum, value) => sum + value, 0) / kept.length
  })
}

function smoothed(cells: Float64Array, { rows, cols }: Distances): Float64Array {
  return cells.map((_, i) => {
    const [row, col] = [Math.floor(i / cols), i % cols]
    let [sum, count] = [0, 0]
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
      for (let x = Math.max(0, col - 1); x <= Math.min(cols - 1, col + 1); x++) {
        sum += cells[y * cols + x]!
        count++
      }
    }
    return sum / count
  })
}
