/**
 * Mixtures of Gaussians over the features of cells, fitted by weighted k-means with one covariance a cluster.
 *
 * Hard assignment throughout, as in GrabCut (Rother et al. 2004): the cost of a cell is that of its cheapest component.
 */
import { cholesky, invertTriangular } from '../../math/cholesky.ts'
import { lastOf } from '../../present.ts'
import { featureCount as dims } from './cell-features.ts'

export interface Gaussian {
  /** Share of the mixture, > 0. */
  readonly weight: number
  /** [dims] */
  readonly mean: Float64Array
  /** [dims, dims] */
  readonly covariance: Float64Array
  /** [dims, dims], inverse of the lower Cholesky factor of the covariance. */
  readonly whitening: Float64Array
  /** -log(weight) + half the log of the covariance's determinant: cost at the mean. */
  readonly base: number
}

export type Mixture = readonly Gaussian[]

/** Costs are natural logarithms of densities, negated; a cell that no component explains costs this. */
export const largestCost = 24

/** Cost of the cell whose features start at `at`; at most {@link largestCost}. */
export function mixtureCost(mixture: Mixture, data: Float32Array, at: number): number {
  let least = largestCost
  for (const { base, mean, whitening } of mixture) {
    let cost = base
    for (let row = 0; row < dims && cost < least; row++) {
      let sum = 0
      for (let col = 0; col <= row; col++)
        sum += whitening[row * dims + col]! * (data[at + col]! - mean[col]!)
      cost += 0.5 * sum * sum
    }
    if (cost < least) least = cost
  }
  return least
}

const iterations = 10
/** Added to every variance, so that a flat colour is not a spike. */
const leastVariance = 1
/** Components of less than this share are dropped. */
const leastShare = 0.002

/**
 * @param data - [count, dims]
 * @param weights - [count], >= 0.
 * @returns At most `most` components; none where the weights sum to less than 4 cells.
 * Cost: O(iterations x count x components).
 */
export function fitMixture(data: Float32Array, weights: Float32Array, most: number): Mixture {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total < 4) return []
  let centres = spreadCentres(data, weights, most)
  const cluster = new Uint8Array(weights.length)
  for (let i = 0; i < iterations; i++) {
    assign(data, centres, cluster)
    centres = recentre(data, weights, cluster, centres)
  }
  const mixture: Gaussian[] = []
  for (const [k, mean] of centres.entries()) {
    const covariance = new Float64Array(dims * dims)
    let sum = 0
    for (let i = 0; i < weights.length; i++) {
      if (cluster[i] !== k) continue
      sum += weights[i]!
      for (let row = 0; row < dims; row++) {
        const scaled = weights[i]! * (data[i * dims + row]! - mean[row]!)
        for (let col = 0; col <= row; col++)
          covariance[row * dims + col]! += scaled * (data[i * dims + col]! - mean[col]!)
      }
    }
    if (sum < leastShare * total) continue
    for (let row = 0; row < dims; row++) {
      for (let col = 0; col <= row; col++) {
        covariance[row * dims + col]! /= sum
        if (row === col) covariance[row * dims + col]! += leastVariance
        covariance[col * dims + row] = covariance[row * dims + col]!
      }
    }
    mixture.push(createGaussian(sum / total, mean, covariance))
  }
  return mixture
}

export function createGaussian(weight: number, mean: Float64Array, covariance: Float64Array): Gaussian {
  const factor = cholesky(dims, (row, col) => covariance[row * dims + col]!, 1e-6)
  let logDeterminant = 0
  for (let row = 0; row < dims; row++) logDeterminant += 2 * Math.log(factor[row * dims + row]!)
  const whitening = invertTriangular(factor, dims)
  return { weight, mean, covariance, whitening, base: 0.5 * logDeterminant - Math.log(weight) }
}

/** The mean, then cells far from all centres so far: k-means++ at fixed quantiles, so that no randomness is needed. */
function spreadCentres(data: Float32Array, weights: Float32Array, most: number): Float64Array[] {
  const count = weights.length
  const mean = new Float64Array(dims)
  let total = 0
  for (let i = 0; i < count; i++) {
    total += weights[i]!
    for (let c = 0; c < dims; c++) mean[c]! += weights[i]! * data[i * dims + c]!
  }
  const centres = [mean.map((sum) => sum / total)]
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  while (centres.length < most) {
    const last = lastOf(centres)
    let sum = 0
    for (let i = 0; i < count; i++) {
      nearest[i] = Math.min(nearest[i]!, squaredDistance(data, i, last))
      sum += weights[i]! * nearest[i]!
    }
    if (sum < 1) break
    let left = sum * ((centres.length * 0.618034) % 1)
    let i = 0
    for (; i < count - 1; i++) {
      left -= weights[i]! * nearest[i]!
      if (left <= 0) break
    }
    centres.push(Float64Array.from(data.subarray(i * dims, (i + 1) * dims)))
  }
  return centres
}

function assign(data: Float32Array, centres: readonly Float64Array[], cluster: Uint8Array): void {
  for (let i = 0; i < cluster.length; i++) {
    let least = Number.POSITIVE_INFINITY
    for (let k = 0; k < centres.length; k++) {
      const distance = squaredDistance(data, i, centres[k]!)
      if (distance >= least) continue
      least = distance
      cluster[i] = k
    }
  }
}

function recentre(
  data: Float32Array,
  weights: Float32Array,
  cluster: Uint8Array,
  centres: readonly Float64Array[],
): Float64Array[] {
  const sums = centres.map(() => new Float64Array(dims))
  const totals = new Float64Array(centres.length)
  for (let i = 0; i < cluster.length; i++) {
    const k = cluster[i]!
    totals[k]! += weights[i]!
    for (let c = 0; c < dims; c++) sums[k]![c]! += weights[i]! * data[i * dims + c]!
  }
  return centres.map((centre, k) => (totals[k]! > 0 ? sums[k]!.map((sum) => sum / totals[k]!) : centre))
}

function squaredDistance(data: Float32Array, i: number, centre: Float64Array): number {
  let sum = 0
  for (let c = 0; c < dims; c++) sum += (data[i * dims + c]! - centre[c]!) ** 2
  return sum
}
