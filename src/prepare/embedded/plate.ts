/**
 * The clean plate: what every cell shows where no object is, and how far to believe it.
 *
 * Where enough photographs of one camera show the background, it is their median, with its spread. Elsewhere it is filled in from
 * around (pull-push: Gortler et al. 1996) and believed the less, the farther away the nearest known cell is.
 */
import { upperMedian } from '../../math/order-statistics.ts'
import { lastOf } from '../../present.ts'
import { featureCount as dims } from './cell-features.ts'

export interface Plate {
  /** [cells, dims] */
  readonly mean: Float32Array
  /** [cells, dims], > 0. */
  readonly spread: Float32Array
  /** [cells], 1 where photographs show the background. */
  readonly isKnown: Uint8Array
}

/** Share of the photographs that must show the background at a cell: more than objects of one pose in four, which would teach themselves. */
const leastShare = 0.28
const leastSpread = 1.5
/** Spread added for every cell of distance to the nearest known one. */
const spreadPerCell = 0.6

/**
 * @param pictures - Features of the photographs, [cells, dims] each.
 * @param isObject - For each photograph, [cells], 1 where it shows the object.
 */
export function estimatePlate(
  pictures: readonly Float32Array[],
  isObject: readonly Uint8Array[],
  rows: number,
  cols: number,
): Plate {
  const cells = rows * cols
  const mean = new Float32Array(cells * dims)
  const spread = new Float32Array(cells * dims)
  const isKnown = new Uint8Array(cells)
  const spreads: number[][] = Array.from({ length: dims }, () => [])
  const needed = Math.max(1, leastShare * pictures.length)
  for (let i = 0; i < cells; i++) {
    const seen = pictures.filter((_, k) => isObject[k]![i] === 0)
    if (seen.length < needed) continue
    isKnown[i] = 1
    for (let c = 0; c < dims; c++) {
      const at = i * dims + c
      const values = Float32Array.from(seen, (data) => data[at]!)
      const middle = upperMedian(values)
      mean[at] = middle
      spread[at] = 1.4826 * upperMedian(values.map((value) => Math.abs(value - middle)))
      spreads[c]!.push(spread[at]!)
    }
  }
  const typical = spreads.map((values) =>
    values.length === 0 ? leastSpread : Math.max(leastSpread, upperMedian(values)),
  )
  fillUnknown(mean, isKnown, rows, cols)
  const distance = distanceToKnown(isKnown, rows, cols)
  for (let at = 0; at < mean.length; at++) {
    const i = Math.floor(at / dims)
    const usual = typical[at % dims]!
    const own = isKnown[i] ? 1.3 * Math.max(usual, spread[at]!) : 1.5 * usual
    spread[at] = Math.hypot(own, spreadPerCell * distance[i]!)
  }
  return { mean, spread, isKnown }
}

/** Cost of the features at cell `i`, as in `mixture.ts`. */
export function plateCost({ mean, spread }: Plate, data: Float32Array, i: number): number {
  let cost = 0
  for (let at = i * dims; at < (i + 1) * dims; at++) {
    const off = (data[at]! - mean[at]!) / spread[at]!
    cost += 0.5 * off * off + Math.log(spread[at]!)
  }
  return cost
}

interface Level {
  readonly rows: number
  readonly cols: number
  readonly sum: Float64Array // [cells, dims]
  readonly weight: Float64Array // [cells], 0..1
}

/** Halves until one cell is left, each level knowing the mean of what is known; then back, filling what is not. */
function fillUnknown(mean: Float32Array, isKnown: Uint8Array, rows: number, cols: number): void {
  const sum = Float64Array.from(mean, (value, at) => (isKnown[Math.floor(at / dims)] ? value : 0))
  const levels: Level[] = [{ rows, cols, sum, weight: Float64Array.from(isKnown) }]
  while (lastOf(levels).rows > 1 || lastOf(levels).cols > 1) levels.push(halve(lastOf(levels)))
  for (let l = levels.length - 2; l >= 0; l--) fillFrom(levels[l + 1]!, levels[l]!)
  mean.set(levels[0]!.sum)
}

function halve(fine: Level): Level {
  const rows = (fine.rows + 1) >> 1
  const cols = (fine.cols + 1) >> 1
  const sum = new Float64Array(rows * cols * dims)
  const weight = new Float64Array(rows * cols)
  for (let y = 0, i = 0; y < fine.rows; y++) {
    for (let x = 0; x < fine.cols; x++, i++) {
      const to = (y >> 1) * cols + (x >> 1)
      weight[to]! += fine.weight[i]!
      for (let c = 0; c < dims; c++) sum[to * dims + c]! += fine.sum[i * dims + c]!
    }
  }
  for (let i = 0; i < weight.length; i++) {
    if (weight[i]! <= 1) continue
    for (let c = 0; c < dims; c++) sum[i * dims + c]! /= weight[i]!
    weight[i] = 1
  }
  return { rows, cols, sum, weight }
}

/** What a cell lacks of its weight comes from the coarser level, bilinearly. */
function fillFrom(coarse: Level, fine: Level): void {
  for (let y = 0, i = 0; y < fine.rows; y++) {
    const top = Math.min(Math.max((y - 0.5) / 2, 0), coarse.rows - 1)
    const y0 = Math.floor(top)
    const y1 = Math.min(coarse.rows - 1, y0 + 1)
    for (let x = 0; x < fine.cols; x++, i++) {
      const lacking = 1 - fine.weight[i]!
      if (lacking <= 0) continue
      const left = Math.min(Math.max((x - 0.5) / 2, 0), coarse.cols - 1)
      const x0 = Math.floor(left)
      const x1 = Math.min(coarse.cols - 1, x0 + 1)
      for (let c = 0; c < dims; c++) {
        const at = (row: number, col: number): number => coarse.sum[(row * coarse.cols + col) * dims + c]!
        const upper = at(y0, x0) + (at(y0, x1) - at(y0, x0)) * (left - x0)
        const lower = at(y1, x0) + (at(y1, x1) - at(y1, x0)) * (left - x0)
        fine.sum[i * dims + c]! += lacking * (upper + (lower - upper) * (top - y0))
      }
      fine.weight[i] = 1
    }
  }
}

/** Chamfer distance in cells, 1 and sqrt 2 a step; two passes. */
function distanceToKnown(isKnown: Uint8Array, rows: number, cols: number): Float32Array {
  const distance = Float32Array.from(isKnown, (known) => (known ? 0 : 1e6))
  const relax = (i: number, x: number, y: number, dx: number, dy: number): void => {
    if (x + dx < 0 || x + dx >= cols || y + dy < 0 || y + dy >= rows) return
    const step = dx !== 0 && dy !== 0 ? Math.SQRT2 : 1
    distance[i] = Math.min(distance[i]!, distance[i + dy * cols + dx]! + step)
  }
  for (let i = 0; i < distance.length; i++) {
    const [x, y] = [i % cols, Math.floor(i / cols)]
    for (const [dx, dy] of before) relax(i, x, y, dx, dy)
  }
  for (let i = distance.length - 1; i >= 0; i--) {
    const [x, y] = [i % cols, Math.floor(i / cols)]
    for (const [dx, dy] of before) relax(i, x, y, -dx, -dy)
  }
  return distance
}

const before = [
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
] as const
