/** From distances of the patches of a picture to every good part, to the score of the picture: what may be chosen there. */
import { median } from '../../src/math/order-statistics.ts'

/** What is known of one picture: of every cell, how far it is from good parts other than the picture's own. */
export interface Distances {
  /** To the nearest patch of any: float32 [cells]. */
  readonly nearest: Float32Array
  /** To the nearest patch of each, one part after the other for every cell: float32 [cells, parts]. */
  readonly byPart: () => Float32Array
  /** To the first picture of each alone. */
  readonly byFirst: () => Float32Array
  readonly parts: number
  /** Cells of the picture: rows * cols. */
  readonly rows: number
  readonly cols: number
}

export type Rule = (picture: Distances) => number

/** The detector's own, but for the weighing by neighbours. */
export const ownRule = 'top 3'

export const rules: Readonly<Record<string, Rule>> = {
  [ownRule]: ({ nearest }) => top(nearest, 3),
  'top 1': ({ nearest }) => top(nearest, 1),
  'top 10': ({ nearest }) => top(nearest, 10),
  'top 5 %': ({ nearest }) => top(nearest, Math.ceil(nearest.length * 0.05)),
  'all cells': ({ nearest }) => top(nearest, nearest.length),
  'top 3 of means of 3x3': (picture) => top(smoothed(picture), 3),
  'top 3 less the median': ({ nearest }) => top(nearest, 3) - median(nearest),
  'top 3 over the median': ({ nearest }) => top(nearest, 3) / median(nearest),
  'three nearest parts': ({ byPart, parts }) => top(meansOfNearest(byPart(), parts, 3), 3),
  'nine nearest parts': ({ byPart, parts }) => top(meansOfNearest(byPart(), parts, 9), 3),
  'one picture of a part': ({ byFirst, parts }) => top(meansOfNearest(byFirst(), parts, 1), 3),
}

/** Mean of the `count` largest. */
function top(values: ArrayLike<number>, count: number): number {
  const sorted = Float64Array.from(values).sort()
  const kept = sorted.subarray(Math.max(0, sorted.length - count))
  return kept.reduce((sum, value) => sum + value, 0) / kept.length
}

/** Per cell the mean distance to its `count` nearest parts; parts at infinity are those that are left out. */
function meansOfNearest(distances: Float32Array, parts: number, count: number): Float64Array {
  return Float64Array.from({ length: distances.length / parts }, (_, cell) => {
    const kept = distances
      .slice(cell * parts, (cell + 1) * parts)
      .sort()
      .subarray(0, count)
    return kept.reduce((sum, value) => sum + value, 0) / kept.length
  })
}

function smoothed({ nearest, rows, cols }: Distances): Float32Array {
  return nearest.map((_, i) => {
    const [row, col] = [Math.floor(i / cols), i % cols]
    let [sum, count] = [0, 0]
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
      for (let x = Math.max(0, col - 1); x <= Math.min(cols - 1, col + 1); x++) {
        sum += nearest[y * cols + x]!
        count++
      }
    }
    return sum / count
  })
}
