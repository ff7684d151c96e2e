/** From stage outputs to the patches that GLASS learns and judges, in one of two ways. */
import { z } from 'zod'
import type { ImageFeatures } from '../../backbone/backbone.ts'
import { UsageError } from '../../errors.ts'
import { cellsInContent } from '../../image/cell-range.ts'
import { embedPatches, type PatchGrid } from '../patches/embed-patches.ts'
import { poolPatches } from './pool-patches.ts'

export const embeddingSchema = z.discriminatedUnion('kind', [
  /** As the reference: unfolded, averaged in groups, every cell of the first stage's grid. */
  z.strictObject({ kind: z.literal('pooled'), stageDims: z.int().min(1), dims: z.int().min(1) }),
  /** As PatchCore here: stages joined on one grid, cells of the content alone. */
  z.strictObject({
    kind: z.literal('joined'),
    stride: z.int().min(1),
    unitLength: z.boolean(),
    neighbourhood: z.int().min(1),
    /** Whether patches are told from their own image's mean, in units of its spread. */
    relative: z.boolean(),
  }),
])
export type Embedding = z.infer<typeof embeddingSchema>

/** Rows and columns that a patch takes of a map. */
export const patchSide = 3

/**
 * @throws {UsageError} The finest map is smaller than one patch.
 */
export function embed(features: ImageFeatures, embedding: Embedding): PatchGrid {
  const rows = Math.max(...features.maps.map((map) => map.rows))
  const cols = Math.max(...features.maps.map((map) => map.cols))
  if (Math.min(rows, cols) < patchSide) {
    throw new UsageError(
      `glass: expected maps of features of ${patchSide}x${patchSide} cells or more, got ${cols}x${rows}: a larger --size, or stages of smaller stride`,
    )
  }
  if (embedding.kind === 'pooled') return poolPatches(features, embedding)
  const patches = embedPatches(features, embedding)
  return embedding.relative ? { ...patches, data: relativeToOwn(patches) } : patches
}

/**
 * Every patch less the mean of its image's patches, over the root mean square of all that remains: what sets one picture apart from
 * another as a whole, its light or its material, goes; what differs within it stays. An image of one colour becomes zeros.
 *
 * Source: instance normalisation (Ulyanov et al. 2016), here with one spread for all dimensions.
 */
function relativeToOwn({ data, dims }: PatchGrid): Float32Array {
  const count = data.length / dims
  const mean = new Float64Array(dims)
  for (let at = 0; at < data.length; at++) mean[at % dims]! += data[at]! / count
  let squares = 0
  for (let at = 0; at < data.length; at++) squares += (data[at]! - mean[at % dims]!) ** 2
  const spread = Math.sqrt(squares / data.length)
  return data.map((value, at) => (spread > 0 ? (value - mean[at % dims]!) / spread : 0))
}

/** The patches whose cell shows the picture, not its padding. */
export function inContent(patches: PatchGrid): PatchGrid {
  const { data, dims, grid, range, frame } = patches
  const own = cellsInContent(frame, grid.rows, grid.cols)
  if (own.rows === range.rows && own.cols === range.cols) return patches
  const kept = new Float32Array(own.rows * own.cols * dims)
  for (let row = 0; row < own.rows; row++) {
    const from = ((own.row - range.row + row) * range.cols + own.col - range.col) * dims
    kept.set(data.subarray(from, from + own.cols * dims), row * own.cols * dims)
  }
  return { data: kept, dims, grid, range: own, frame }
}
