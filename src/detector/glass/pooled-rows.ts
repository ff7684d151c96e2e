/** Patches as the reference makes them, inside a graph: what `pool-patches.ts` does for one image, in the same order of groups. */
import {
  add,
  concat,
  gather,
  matmul,
  mul,
  pad,
  reduceMean,
  reshape,
  slice,
  transpose,
  type Value,
} from '../../graph/index.ts'
import type { StageShape } from '../score-graph/score-graph.ts'
import type { PoolOptions } from './pool-patches.ts'

const side = 3

/**
 * @param features - Stages, finest first: float32 [images, channels, rows, cols].
 * @returns float32 [images, cells, dims], of the whole grid of the first stage.
 */
export function pooledRows(
  features: readonly Value[],
  shapes: readonly StageShape[],
  { stageDims, dims }: PoolOptions,
): Value {
  const { rows, cols } = shapes[0]!
  const stages = features.map((map, i) => {
    const own = shapes[i]!
    const pooled = groupMeans(unfolded(map, own), stageDims)
    if (own.rows === rows && own.cols === cols) return pooled
    return grown(reshape(pooled, [pooled.shape[0]!, stageDims, own.rows, own.cols]), rows, cols)
  })
  return transpose(groupMeans(concat(stages, 1), dims), [0, 2, 1])
}

/** Each channel's neighbourhoods, channel outermost, then row and column: [images, channels * 9, cells]; zeros lie outside. */
function unfolded(map: Value, { channels, rows, cols }: StageShape): Value {
  const [images] = map.shape as [number]
  const around = pad(map, [0, 0, 1, 1], [0, 0, 1, 1])
  const taps = Array.from({ length: side * side }, (_, tap) => {
    const [row, col] = [Math.floor(tap / side), tap % side]
    const moved = slice(
      around,
      { axis: 2, start: row, end: row + rows },
      { axis: 3, start: col, end: col + cols },
    )
    return reshape(moved, [images, channels, 1, rows * cols])
  })
  return reshape(concat(taps, 2), [images, channels * side * side, rows * cols])
}

/** Means of `to` windows over axis 1: torch.nn.functional.adaptive_avg_pool1d. @param x - [images, from, cells]. */
function groupMeans(x: Value, to: number): Value {
  const [images, from, cells] = x.shape as [number, number, number]
  if (from === to) return x
  if (from % to === 0) return reduceMean(reshape(x, [images, to, from / to, cells]), [2])
  const windows = Array.from({ length: to }, (_, i) => {
    const first = Math.floor((i * from) / to)
    return { first, count: Math.ceil(((i + 1) * from) / to) - first }
  })
  const longest = Math.max(...windows.map(({ count }) => count))
  const parts = Array.from({ length: longest }, (_, place) => {
    const indices = Int32Array.from(windows, ({ first, count }) => first + Math.min(place, count - 1))
    const shares = Float32Array.from(windows, ({ count }) => (place < count ? 1 / count : 0))
    const read = gather(x, x.graph.constant(indices, [to]), 1)
    return mul(read, x.graph.constant(shares, [1, to, 1]))
  })
  return parts.reduce((sum, part) => add(sum, part))
}

/** Bilinear, half-pixel centres. @param x - [images, channels, rows, cols]. @returns [images, channels, cells]. */
function grown(x: Value, toRows: number, toCols: number): Value {
  const [images, channels, rows, cols] = x.shape as [number, number, number, number]
  const across = transpose(x.graph.constant(between(cols, toCols), [toCols, cols]), [1, 0])
  const down = x.graph.constant(between(rows, toRows), [toRows, rows])
  return reshape(matmul(down, matmul(x, across)), [images, channels, toRows * toCols])
}

/** Weights of `from` positions in each of `to`: float32 [to, from]. */
function between(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from)
  for (let i = 0; i < to; i++) {
    const at = Math.max(0, ((i + 0.5) * from) / to - 0.5)
    const low = Math.min(Math.floor(at), from - 1)
    weights[i * from + low]! += 1 - (at - low)
    weights[i * from + Math.min(low + 1, from - 1)]! += at - low
  }
  return weights
}
