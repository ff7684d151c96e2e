/**
 * Statistics of the training images' features at one scale, and the affine layer that they make: below the flow, fixed, with a
 * determinant that is a constant.
 *
 * Backbones whose channels differ a hundredfold in spread need one; with whitening the untrained flow already scores by the
 * Mahalanobis distance, and training has only to learn what a Gaussian does not know. The reference does without.
 */

import { StatisticalError } from '../../errors.ts'
import { cholesky, invertTriangular } from '../../math/cholesky.ts'

export const standardisations = ['none', 'channels', 'whitened'] as const
export type Standardisation = (typeof standardisations)[number]

/** y = matrix (x - mean). */
export interface AffineLayer {
  /** float32 [channels]. */
  readonly mean: Float32Array
  /** float32 [channels, channels]. */
  readonly matrix: Float32Array
}

export interface StatisticsGatherer {
  /** @param map - float32 [channels, positions]. */
  add(map: Float32Array): void
  /** @throws {StatisticalError} Too few positions in all. */
  layer(standardisation: Exclude<Standardisation, 'none'>): AffineLayer
}

/** Deviations below this share of the largest are taken for it: a channel that never varies is left near 0. */
const leastShare = 1e-3
/** By how much correlations are drawn towards 0, so that few images do not make directions of no spread. */
const shrinkage = 0.01

/** What is said where there are too few positions: of which features, by which method, and what its user can do. */
export interface Shortage {
  readonly where: string
  readonly advice: string
}

/** @param isWhitened - Whether covariances are wanted: O(channels^2) for each position instead of O(channels). */
export function gatherStatistics(
  channels: number,
  isWhitened: boolean,
  { where, advice }: Shortage,
): StatisticsGatherer {
  const sums = new Float64Array(channels)
  const products = new Float64Array(channels * channels) // [channels, channels], the lower half; or the diagonal only
  const cell = new Float64Array(channels)
  let count = 0
  return {
    add(map) {
      const positions = map.length / channels
      for (let position = 0; position < positions; position++) {
        for (let channel = 0; channel < channels; channel++) {
          const value = map[channel * positions + position]!
          cell[channel] = value
          sums[channel]! += value
        }
        for (let a = 0; a < channels; a++) {
          const row = a * channels
          for (let b = isWhitened ? 0 : a; b <= a; b++) products[row + b]! += cell[a]! * cell[b]!
        }
      }
      count += positions
    },
    layer(standardisation) {
      if (count < 2) {
        throw new StatisticalError(
          `${where}: expected at least 2 feature cells over all images to take deviations from, got ${count}: ${advice}`,
        )
      }
      const mean = sums.map((sum) => sum / count)
      const covariance = (a: number, b: number) => products[a * channels + b]! / count - mean[a]! * mean[b]!
      const deviation = mean.map((_, channel) => Math.sqrt(Math.max(0, covariance(channel, channel))))
      const least = leastShare * deviation.reduce((a, b) => Math.max(a, b), 0)
      const spread = deviation.map((value) => Math.max(value, least) || 1)
      const matrix =
        standardisation === 'whitened'
          ? whiteningOf(channels, (a, b) =>
              a === b ? 1 : ((1 - shrinkage) * covariance(a, b)) / (spread[a]! * spread[b]!),
            )
          : identity(channels)
      for (let a = 0; a < channels; a++) {
        for (let b = 0; b < channels; b++) matrix[a * channels + b]! /= spread[b]!
      }
      return { mean: Float32Array.from(mean), matrix: Float32Array.from(matrix) }
    },
  }
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1
  return matrix
}

/** What makes channels of that correlation uncorrelated, lower triangular. */
const whiteningOf = (n: number, correlation: (a: number, b: number) => number): Float64Array =>
  invertTriangular(cholesky(n, correlation), n)
