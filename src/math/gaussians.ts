/** Gaussians of many groups of vectors at once: gathered vector by vector, held as what whitens them, asked for distances. */
import { cholesky, invertTriangular } from './cholesky.ts'

/** One Gaussian for each group, and at the end one of all vectors together: for groups that have too few of their own. */
export interface Gaussians {
  /** float32 [groups + 1, dims]. */
  readonly means: Float32Array
  /**
   * Inverse Cholesky factors of the covariances, lower triangular, float32 [groups + 1, dims, dims]; or, where dimensions are taken
   * for independent, inverse deviations, [groups + 1, dims].
   */
  readonly whitening: Float32Array
}

/** What the vectors of each group sum up to. Memory: 8 bytes for each entry. */
export interface Moments {
  readonly dims: number
  readonly counts: Uint32Array // [groups]
  readonly sums: Float64Array // [groups, dims]
  readonly products: Float64Array // [groups, dims, dims], the lower half; or of each dimension with itself, [groups, dims]
}

export const createMoments = (groups: number, dims: number, isFull: boolean): Moments => ({
  dims,
  counts: new Uint32Array(groups),
  sums: new Float64Array(groups * dims),
  products: new Float64Array(groups * dims * (isFull ? dims : 1)),
})

/** @param vector - [dims]. */
export function addVector(
  { dims, counts, sums, products }: Moments,
  group: number,
  vector: Float32Array,
): void {
  const isFull = products.length > sums.length
  counts[group]!++
  for (const [a, value] of vector.entries()) {
    sums[group * dims + a]! += value
    const row = (group * dims + a) * dims
    if (!isFull) products[group * dims + a]! += value * value
    else for (let b = 0; b <= a; b++) products[row + b]! += value * vector[b]!
  }
}

/**
 * @param least - Groups of fewer vectors go by all vectors together; at least 2.
 * @param regularisation - Added to every variance, as a share of the mean variance of all vectors together.
 */
export function gaussiansOf(moments: Moments, least: number, regularisation: number): Gaussians {
  const { dims, counts } = moments
  const groups = counts.length
  const perGroup = moments.products.length / groups
  const isFull = perGroup > dims
  const all = {
    count: counts.reduce((a, b) => a + b, 0),
    sums: sumOfGroups(moments.sums, dims),
    products: sumOfGroups(moments.products, perGroup),
  }
  const covarianceOf =
    ({ count, sums, products }: typeof all) =>
    (a: number, b: number): number =>
      (products[isFull ? a * dims + b : a]! - (sums[a]! * sums[b]!) / count) / Math.max(1, count - 1)
  const overall = covarianceOf(all)
  let spread = 0
  for (let dim = 0; dim < dims; dim++) spread += Math.max(0, overall(dim, dim)) / dims
  const ridge = regularisation * spread || 1 // vectors that are all alike have no spread

  const means = new Float32Array((groups + 1) * dims)
  const whitening = new Float32Array((groups + 1) * perGroup)
  for (let group = 0; group <= groups; group++) {
    const part = (values: Float64Array, each: number) => values.subarray(group * each, (group + 1) * each)
    const count = counts[group] ?? 0
    const own =
      count < Math.max(2, least)
        ? all
        : { count, sums: part(moments.sums, dims), products: part(moments.products, perGroup) }
    const covariance = covarianceOf(own)
    const entry = (a: number, b: number) =>
      a === b ? Math.max(0, covariance(a, a)) + ridge : covariance(a, b)
    means.set(
      own.sums.map((sum) => sum / own.count),
      group * dims,
    )
    whitening.set(
      isFull
        ? invertTriangular(cholesky(dims, entry, ridge / 2), dims)
        : Float64Array.from({ length: dims }, (_, dim) => 1 / Math.sqrt(entry(dim, dim))),
      group * perGroup,
    )
  }
  return { means, whitening }
}

function sumOfGroups(values: Float64Array, each: number): Float64Array {
  const total = new Float64Array(each)
  for (const [i, value] of values.entries()) total[i % each]! += value
  return total
}

/** Mahalanobis distance of a vector [dims] from the Gaussian of a group: in standard deviations along its own axes. */
export function mahalanobis({ means, whitening }: Gaussians, group: number, vector: Float32Array): number {
  const dims = vector.length
  const isFull = whitening.length > means.length
  const off = vector.map((value, dim) => value - means[group * dims + dim]!)
  let squares = 0
  for (const [a, value] of off.entries()) {
    const row = (group * dims + a) * dims
    let white = 0
    if (!isFull) white = whitening[group * dims + a]! * value
    else for (let b = 0; b <= a; b++) white += whitening[row + b]! * off[b]!
    squares += white * white
  }
  return Math.sqrt(squares)
}
