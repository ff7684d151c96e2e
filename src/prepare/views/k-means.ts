/** k-means: groups of points around their means. */
import type { Random } from '../../math/random.ts'

export interface Grouping {
  /** [points] number of the group, 0..k-1. */
  readonly groupOf: Uint8Array
  /** [k, dims] */
  readonly means: Float64Array
  /** Sum of squared distances to the means. */
  readonly inertia: number
}

const mostRounds = 50

/**
 * Best of several starts by k-means++ (Arthur and Vassilvitskii 2007), each carried on by Lloyd's algorithm.
 *
 * @param points - [n, dims], n >= k. @param k - 1..255.
 * Cost: starts x rounds x n x k x dims.
 */
export function kMeans(
  points: Float32Array,
  dims: number,
  k: number,
  starts: number,
  random: Random,
): Grouping {
  const attempt = () => lloyd(points, dims, spreadOut(points, dims, k, random))
  let best = attempt()
  for (let start = 1; start < starts; start++) {
    const found = attempt()
    if (found.inertia < best.inertia) best = found
  }
  return best
}

/** Each next mean is a point at random, likelier the farther it is from those before. */
function spreadOut(points: Float32Array, dims: number, k: number, random: Random): Float64Array {
  const n = points.length / dims
  const means = new Float64Array(k * dims)
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY)
  let chosen = random.integer(n)
  for (let group = 0; group < k; group++) {
    means.set(points.subarray(chosen * dims, (chosen + 1) * dims), group * dims)
    let sum = 0
    for (let i = 0; i < n; i++) {
      nearest[i] = Math.min(nearest[i]!, squaredDistance(points, i, means, group, dims))
      sum += nearest[i]!
    }
    let left = random.uniform() * sum
    chosen = n - 1
    for (let i = 0; i < n; i++) {
      left -= nearest[i]!
      if (left < 0) {
        chosen = i
        break
      }
    }
  }
  return means
}

function lloyd(points: Float32Array, dims: number, means: Float64Array): Grouping {
  const n = points.length / dims
  const k = means.length / dims
  const groupOf = new Uint8Array(n)
  let inertia = 0
  for (let round = 0; round < mostRounds; round++) {
    let moved = 0
    inertia = 0
    for (let i = 0; i < n; i++) {
      let group = 0
      let least = Number.POSITIVE_INFINITY
      for (let g = 0; g < k; g++) {
        const distance = squaredDistance(points, i, means, g, dims)
        if (distance < least) {
          least = distance
          group = g
        }
      }
      if (groupOf[i] !== group) moved++
      groupOf[i] = group
      inertia += least
    }
    if (round > 0 && moved === 0) break
    average(points, dims, groupOf, means)
  }
  return { groupOf, means, inertia }
}

/** A group that lost all its points stays where it was. */
function average(points: Float32Array, dims: number, groupOf: Uint8Array, means: Float64Array): void {
  const sums = new Float64Array(means.length)
  const counts = new Float64Array(means.length / dims)
  for (const [i, group] of groupOf.entries()) {
    counts[group]!++
    for (let c = 0; c < dims; c++) sums[group * dims + c]! += points[i * dims + c]!
  }
  for (let at = 0; at < means.length; at++) {
    const count = counts[Math.floor(at / dims)]!
    if (count > 0) means[at] = sums[at]! / count
  }
}

function squaredDistance(
  points: Float32Array,
  i: number,
  means: Float64Array,
  group: number,
  dims: number,
): number {
  let sum = 0
  for (let c = 0; c < dims; c++) sum += (points[i * dims + c]! - means[group * dims + c]!) ** 2
  return sum
}
