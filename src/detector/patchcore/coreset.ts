/**
 * Greedy k-center selection (Gonzalez 1985): the coreset of PatchCore (Roth et al. 2022, arXiv 2106.08265, algorithm 1).
 *
 * Each step adds the point farthest from all chosen ones. The plain algorithm measures every point against every new
 * centre, n x k distances. Here each point remembers its nearest centre, and the triangle inequality (Elkan 2003) skips
 * it when the new centre is at least twice as far from that centre as the point is: d(x, new) >= d(c, new) - d(x, c).
 * The selection is the same; how much is skipped depends on the data (`bench/coreset.bench.ts`).
 */
import { ShapeError } from '../../errors.ts'
import { checkCancelled, type Task } from '../../task.ts'

/**
 * @param points - float32, shape [count, dims], row-major.
 * @param size - How many to choose; all points when size >= count.
 * @param first - Index of the first centre, drawn by the caller.
 * @returns Indices of the chosen points in the order chosen; ties take the lowest cluster, then the lowest place in it.
 *   Fewer than `size` when every remaining point coincides with a chosen one.
 * Cost: at most O(count * size * dims) time, O(count + size) memory beside the points.
 */
export function coresetGreedy(
  points: Float32Array,
  dims: number,
  size: number,
  first: number,
  task: Task,
): Int32Array {
  const count = points.length / dims
  if (!Number.isInteger(count) || count < 1)
    throw new ShapeError('points', `[count, ${dims}]`, [points.length])
  const wanted = Math.min(size, count)
  const progress = task.progress('coreset', 'patches')

  const chosen = new Int32Array(wanted)
  const distance = new Float64Array(count) // to the nearest centre, not squared
  const clusters: Cluster[] = [firstCluster(points, dims, count, first, distance)]
  chosen[0] = first
  let found = 1
  for (; found < wanted; found++) {
    if (found % 64 === 0) {
      checkCancelled(task)
      progress.update(found, wanted)
    }
    const widest = widestCluster(clusters)
    if (widest.radius === 0) break
    const centre = widest.farthest
    chosen[found] = centre
    clusters.push(splitOff(points, dims, centre, clusters, distance))
  }
  progress.end()
  return chosen.subarray(0, found)
}

interface Cluster {
  readonly centre: number
  members: Int32Array // a growing store; the first `count` entries count
  count: number
  radius: number // largest distance of a member
  farthest: number // the member at that distance
}

function firstCluster(
  points: Float32Array,
  dims: number,
  count: number,
  centre: number,
  distance: Float64Array,
): Cluster {
  const members = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    members[i] = i
    distance[i] = Math.sqrt(squaredDistance(points, dims, i, centre))
  }
  const cluster: Cluster = { centre, members, count, radius: 0, farthest: centre }
  measureInPlace(cluster, distance)
  return cluster
}

/** Makes a cluster around `centre` from the members of others that are nearer to it than to their own centre. */
function splitOff(
  points: Float32Array,
  dims: number,
  centre: number,
  clusters: readonly Cluster[],
  distance: Float64Array,
): Cluster {
  const taken: Cluster = { centre, members: new Int32Array(16), count: 0, radius: 0, farthest: centre }
  for (const cluster of clusters) {
    const between = Math.sqrt(squaredDistance(points, dims, centre, cluster.centre))
    if (between >= 2 * cluster.radius) continue
    const { members } = cluster
    let kept = 0
    for (let m = 0; m < cluster.count; m++) {
      const point = members[m]!
      const own = distance[point]!
      if (between < 2 * own) {
        const squared = squaredDistance(points, dims, point, centre)
        if (squared < own * own) {
          distance[point] = Math.sqrt(squared)
          pushInPlace(taken, point)
          continue
        }
      }
      members[kept++] = point
    }
    if (kept < cluster.count) {
      cluster.count = kept
      measureInPlace(cluster, distance)
    }
  }
  measureInPlace(taken, distance)
  return taken
}

function measureInPlace(cluster: Cluster, distance: Float64Array): void {
  cluster.radius = 0
  cluster.farthest = cluster.centre
  for (let m = 0; m < cluster.count; m++) {
    const point = cluster.members[m]!
    if (distance[point]! > cluster.radius) {
      cluster.radius = distance[point]!
      cluster.farthest = point
    }
  }
}

function pushInPlace(cluster: Cluster, point: number): void {
  if (cluster.count === cluster.members.length) {
    const grown = new Int32Array(cluster.count * 2)
    grown.set(cluster.members)
    cluster.members = grown
  }
  cluster.members[cluster.count++] = point
}

function widestCluster(clusters: readonly Cluster[]): Cluster {
  let widest = clusters[0]!
  for (const cluster of clusters) if (cluster.radius > widest.radius) widest = cluster
  return widest
}

/** Four partial sums, so that one addition need not wait for another. */
function squaredDistance(points: Float32Array, dims: number, a: number, b: number): number {
  let p = a * dims
  let q = b * dims
  const end = p + dims
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (; p + 3 < end; p += 4, q += 4) {
    const d0 = points[p]! - points[q]!
    const d1 = points[p + 1]! - points[q + 1]!
    const d2 = points[p + 2]! - points[q + 2]!
    const d3 = points[p + 3]! - points[q + 3]!
    s0 += d0 * d0
    s1 += d1 * d1
    s2 += d2 * d2
    s3 += d3 * d3
  }
  for (; p < end; p++, q++) {
    const d = points[p]! - points[q]!
    s0 += d * d
  }
  return s0 + s1 + (s2 + s3)
}
