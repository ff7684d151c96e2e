/**
 * Patch features as the reference makes them: 3x3 neighbourhoods of every stage, brought to the first stage's grid, and their
 * channels averaged in groups until there are as many as wanted.
 *
 * The reference unfolds first and averages last. All of it is linear, so here groups are averaged as whole planes, before the
 * deeper stages grow to the finer grid: a ninth of the memory, and no more than one addition for each unfolded value.
 *
 * Source: github.com/cqylunlun/GLASS, glass.py, _embed; model.py, PatchMaker.patchify; common.py, MeanMapper, Aggregator. Checked
 * against its vectors in `test/detector/glass/pool-patches.test.ts`.
 */
import type { FeatureMap, ImageFeatures } from '../../backbone/backbone.ts'
import type { PatchGrid } from '../patches/embed-patches.ts'

export interface PoolOptions {
  /** Groups into which each stage's unfolded channels are averaged. */
  readonly stageDims: number
  /** Groups into which all stages together are averaged: the width of a patch. */
  readonly dims: number
}

const side = 3
const taps = side * side

/**
 * @param features - Stages, finest first; `maps` are float32 [channels, rows, cols].
 * @returns Patches of the whole grid of the first stage, padding included.
 */
export function poolPatches({ maps, frame }: ImageFeatures, options: PoolOptions): PatchGrid {
  const { stageDims, dims } = options
  const { rows, cols } = maps[0]!
  const cells = rows * cols
  const planes = maps.flatMap((map) => {
    const pooled = poolStage(map, stageDims)
    return map.rows === rows && map.cols === cols
      ? pooled
      : pooled.map((plane) => growPlane(plane, map, rows, cols))
  })
  const data = new Float32Array(cells * dims)
  const sum = new Float32Array(cells)
  for (let dim = 0; dim < dims; dim++) {
    const [first, end] = window(dim, planes.length, dims)
    sum.fill(0)
    for (let i = first; i < end; i++) {
      const plane = planes[i]!
      for (let cell = 0; cell < cells; cell++) sum[cell]! += plane[cell]!
    }
    for (let cell = 0, at = dim; cell < cells; cell++, at += dims) data[at] = sum[cell]! / (end - first)
  }
  return { data, dims, grid: { rows, cols }, range: { row: 0, col: 0, rows, cols }, frame }
}

/** Window of group `i` of `to`, over `from` values: torch.nn.functional.adaptive_avg_pool1d. */
function window(i: number, from: number, to: number): readonly [first: number, end: number] {
  return [Math.floor((i * from) / to), Math.ceil(((i + 1) * from) / to)]
}

/** Groups of unfolded channels (channel, then row, then column of the neighbourhood), each averaged to a plane. */
function poolStage({ data, channels, rows, cols }: FeatureMap, stageDims: number): Float32Array[] {
  const cells = rows * cols
  return Array.from({ length: stageDims }, (_, group) => {
    const [first, end] = window(group, channels * taps, stageDims)
    const plane = new Float32Array(cells)
    for (let i = first; i < end; i++) {
      const tap = i % taps
      const channel = (i - tap) / taps
      addShifted(
        plane,
        data.subarray(channel * cells, (channel + 1) * cells),
        rows,
        cols,
        Math.floor(tap / side) - 1,
        (tap % side) - 1,
      )
    }
    for (let cell = 0; cell < cells; cell++) plane[cell]! /= end - first
    return plane
  })
}

/** Adds to every cell the value `down` rows below and `right` columns beside it; zeros lie outside. */
function addShifted(
  target: Float32Array,
  source: Float32Array,
  rows: number,
  cols: number,
  down: number,
  right: number,
): void {
  const [top, bottom] = [Math.max(0, -down), Math.min(rows, rows - down)]
  const [left, end] = [Math.max(0, -right), Math.min(cols, cols - right)]
  for (let row = top; row < bottom; row++) {
    const line = row * cols
    const offset = down * cols + right
    for (let at = line + left; at < line + end; at++) target[at]! += source[at + offset]!
  }
}

/** Bilinear, half-pixel centres: torch.nn.functional.interpolate with align_corners false. */
function growPlane(
  plane: Float32Array,
  { rows, cols }: Pick<FeatureMap, 'rows' | 'cols'>,
  toRows: number,
  toCols: number,
): Float32Array {
  const grown = new Float32Array(toRows * toCols)
  const across = Array.from({ length: toCols }, (_, col) => between(col, cols, toCols))
  for (let row = 0, at = 0; row < toRows; row++) {
    const [top, bottom, down] = between(row, rows, toRows)
    for (let col = 0; col < toCols; col++, at++) {
      const [left, right, share] = across[col]!
      const upper = plane[top * cols + left]! * (1 - share) + plane[top * cols + right]! * share
      const lower = plane[bottom * cols + left]! * (1 - share) + plane[bottom * cols + right]! * share
      grown[at] = upper * (1 - down) + lower * down
    }
  }
  return grown
}

/** The two source positions around a target's, and the share of the second. */
function between(i: number, from: number, to: number): readonly [low: number, high: number, share: number] {
  const at = Math.max(0, ((i + 0.5) * from) / to - 0.5)
  const low = Math.min(Math.floor(at), from - 1)
  return [low, Math.min(low + 1, from - 1), at - low]
}
