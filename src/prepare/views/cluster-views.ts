/**
 * Views told apart where nobody noted the angle: images grouped by the silhouette of the object and by how it looks, so that a
 * dataset can be restricted to similar views (the paper's section 3.6).
 */
import { createRandom } from '../../math/random.ts'
import { kMeans } from './k-means.ts'

export interface ViewFacts {
  /** [squares] 0..255, as in `measure-mask.ts`. */
  readonly silhouette: Uint8Array
  /** [looks] as in `look.ts`. */
  readonly looks: readonly number[]
}

export interface View {
  /** `1` for the view with the most images. */
  readonly name: string
  readonly images: number
  /** Index of the image nearest to the mean. */
  readonly example: number
  /** Root mean square distance to the mean, as a share of that of all images to theirs. */
  readonly spread: number
  /** [squares] mean silhouette, 0..255. */
  readonly silhouette: Uint8Array
}

export interface Views {
  readonly views: readonly View[]
  /** [images] index into `views`. */
  readonly viewOf: Uint8Array
  /** Mean silhouette coefficient, -1..1: how much nearer images are to their own view than to the next. */
  readonly separation: number
}

const mostViews = 8
/** Fewer images are not grouped. */
const leastImages = 16
/** A view of fewer images is of no use for training. */
const leastShare = 0.05
/** Below this silhouette coefficient there is no substantial structure (Kaufman and Rousseeuw 1990, table 4). */
const leastSeparation = 0.25
/** Looks count as much as this many squares of the silhouette each. */
const lookWeight = 0.35
const starts = 5
/** Images whose distances to one another are measured for choosing the number of views. */
const mostCompared = 400

/**
 * @returns null where the images are of one view, or of no views that can be told apart.
 * Cost: 7 groupings; for 1,000 images a second or two.
 */
export function clusterViews(images: readonly ViewFacts[]): Views | null {
  if (images.length < leastImages) return null
  const squares = images[0]!.silhouette.length
  const dims = squares + images[0]!.looks.length
  const points = new Float32Array(images.length * dims)
  for (const [i, { silhouette, looks }] of images.entries()) {
    for (let c = 0; c < squares; c++) points[i * dims + c] = silhouette[c]! / 255
    for (let c = 0; c < looks.length; c++) points[i * dims + squares + c] = lookWeight * looks[c]!
  }
  const random = createRandom(0, 'views')
  const compared = comparedDistances(points, dims)
  let best: { groupOf: Uint8Array; means: Float64Array; separation: number } | null = null
  for (let k = 2; k <= Math.min(mostViews, Math.floor(images.length / 4)); k++) {
    const { groupOf, means } = kMeans(points, dims, k, starts, random)
    if (countsOf(groupOf, k).some((count) => count < leastShare * images.length)) continue
    const separation = silhouetteCoefficient(compared, groupOf, k)
    if (separation >= (best?.separation ?? leastSeparation)) best = { groupOf, means, separation }
  }
  return best && describe(points, dims, squares, best)
}

const countsOf = (groupOf: Uint8Array, k: number): number[] =>
  Array.from({ length: k }, (_, group) => groupOf.reduce((n, each) => n + (each === group ? 1 : 0), 0))

interface Compared {
  readonly indices: readonly number[]
  /** [indices, indices] */
  readonly distances: Float64Array
}

function comparedDistances(points: Float32Array, dims: number): Compared {
  const n = points.length / dims
  const count = Math.min(n, mostCompared)
  const indices = Array.from({ length: count }, (_, i) => Math.floor((i * n) / count))
  const distances = new Float64Array(count * count)
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      let sum = 0
      const [from, to] = [indices[a]! * dims, indices[b]! * dims]
      for (let c = 0; c < dims; c++) sum += (points[from + c]! - points[to + c]!) ** 2
      distances[a * count + b] = Math.sqrt(sum)
      distances[b * count + a] = distances[a * count + b]!
    }
  }
  return { indices, distances }
}

/** Rousseeuw 1987; an image alone in its group counts 0. */
function silhouetteCoefficient({ indices, distances }: Compared, groupOf: Uint8Array, k: number): number {
  const count = indices.length
  let total = 0
  for (let a = 0; a < count; a++) {
    const own = groupOf[indices[a]!]!
    const sums = new Float64Array(k)
    const counts = new Float64Array(k)
    for (let b = 0; b < count; b++) {
      if (a === b) continue
      const group = groupOf[indices[b]!]!
      sums[group]! += distances[a * count + b]!
      counts[group]!++
    }
    if (counts[own] === 0) continue
    const within = sums[own]! / counts[own]!
    let next = Number.POSITIVE_INFINITY
    for (let group = 0; group < k; group++) {
      if (group !== own && counts[group]! > 0) next = Math.min(next, sums[group]! / counts[group]!)
    }
    if (Number.isFinite(next) && Math.max(within, next) > 0) total += (next - within) / Math.max(within, next)
  }
  return total / count
}

function describe(
  points: Float32Array,
  dims: number,
  squares: number,
  { groupOf, means, separation }: { groupOf: Uint8Array; means: Float64Array; separation: number },
): Views {
  const k = means.length / dims
  const counts = countsOf(groupOf, k)
  const order = counts.map((_, group) => group).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const whole = kMeans(points, dims, 1, 1, createRandom(0, 'whole'))
  const overall = Math.sqrt(whole.inertia / groupOf.length)
  const views = order.map((group, rank): View => {
    let example = -1
    let least = Number.POSITIVE_INFINITY
    let sum = 0
    for (const [i, own] of groupOf.entries()) {
      if (own !== group) continue
      let distance = 0
      for (let c = 0; c < dims; c++) distance += (points[i * dims + c]! - means[group * dims + c]!) ** 2
      sum += distance
      if (distance < least) {
        least = distance
        example = i
      }
    }
    const silhouette = Uint8Array.from({ length: squares }, (_, c) =>
      Math.round(255 * means[group * dims + c]!),
    )
    const spread = overall === 0 ? 0 : Math.sqrt(sum / counts[group]!) / overall
    return { name: String(rank + 1), images: counts[group]!, example, spread, silhouette }
  })
  return { views, viewOf: groupOf.map((group) => order.indexOf(group)), separation }
}
