/**
 * The embedding that the flow stands on: the linear map, learned from nominal patches, that makes their columns uncorrelated and of
 * deviation 1; and its inverse, so that what is made in the embedding can be brought back.
 */
import { invertTriangular } from '../../math/cholesky.ts'
import type { Random } from '../../math/random.ts'
import type { Pool } from '../glass/patch-pool.ts'
import { gatherStatistics } from '../patches/feature-statistics.ts'

/** y = matrix (x - mean); x = inverse y + mean. */
export interface Whitening {
  /** float32 [dims]. */
  readonly mean: Float32Array
  /** float32 [dims, dims], lower triangular, as is its inverse. */
  readonly matrix: Float32Array
  readonly inverse: Float32Array
}

/** Patches that suffice: covariances cost O(dims^2) each. */
const mostRows = 32_768

/** @throws {StatisticalError} Fewer than two patches. */
export function whiteningOf({ rows, count, dims }: Pool, random: Random): Whitening {
  const taken = Math.min(count, mostRows)
  const gatherer = gatherStatistics(dims, true, {
    where: 'flowwalk: patches',
    advice: 'more images, or a larger size',
  })
  const columns = new Float32Array(dims * taken)
  for (let i = 0; i < taken; i++) {
    const at = (count <= mostRows ? i : random.integer(count)) * dims
    for (let dim = 0; dim < dims; dim++) columns[dim * taken + i] = rows[at + dim]!
  }
  gatherer.add(columns)
  const { mean, matrix } = gatherer.layer('whitened')
  return { mean, matrix, inverse: Float32Array.from(invertTriangular(matrix, dims)) }
}
