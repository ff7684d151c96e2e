/**
 * Greedy k-center selection (Gonzalez 1985): the coreset of PatchCore (Roth et al. 2022, arXiv 2106.08265, algorithm 1).
 *
 * Each step adds the point farthest from all chosen ones. The plain algorithm measures every point against every new
 * centre, one centre at a time. Here steps are taken on a shortlist: the points that were farthest when all were last
 * measured. A distance to the nearest centre only shrinks, so a point of the shortlist that is still at least as far as
 * any point off it was then is the farthest of all. When none is, all points are measured against the new centres
 * together, as matrix products, and a new shortlist is drawn. Among the shortlist a product gives a lower bound of every
 * distance, and the few are taken exactly that may come out below what they were. The selection is that of the plain
 * algorithm, but for ties and for centres that float32 products cannot tell apart; measured in `bench/coreset.bench.ts`.
 */
import { ShapeError } from '../../errors.ts'
import type { SessionOptions } from '../../graph/index.ts'
import { neighboursAt } from '../../math/order-statistics.ts'
import { checkCancelled, type Task } from '../../task.ts'
import { squaredDistance } from '../patches/squared-distance.ts'
import { type LeastDistances, openNearestCentre } from './nearest-centre.ts'

/** Points on the shortlist, and steps between two measurements of all points. Measured: bench/coreset.bench.ts. */
const shortlistSize = 1024
const stepsPerRound = 256

/**
 * @param points - float32, shape [count, dims], row-major.
 * @param size - How many to choose; all points when size >= count.
 * @param first - Index of the first centre, drawn by the caller.
 * @returns Indices of the chosen points in the order chosen; ties take the lowest index.
 *   Fewer than `size` when every remaining point coincides with a chosen one.
 * Cost: at most O(count * size * dims) time, in matrix products; O(count) memory beside the points.
 */
export async function coresetGreedy(
  points: Float32Array,
  dims: number,
  size: number,
  first: number,
  machine: SessionOptions,
  task: Task,
): Promise<Int32Array> {
  const count = points.length / dims
  if (!Number.isInteger(count) || count < 1)
    throw new ShapeError('points', `[count, ${dims}]`, [points.length])
  const wanted = Math.min(size, count)
  const chosen = new Int32Array(wanted)
  chosen[0] = first
  const distance = Float64Array.from({ length: count }, (_, i) =>
    squaredDistance(points, i, points, first, dims),
  )
  const listed = Math.min(shortlistSize, count)
  const measure = await openNearestCentre(points, dims, { most: stepsPerRound, listed }, machine)
  const progress = task.progress('coreset', 'patches')
  let found = 1
  try {
    while (found < wanted) {
      checkCancelled(task)
      const shortlist = drawShortlist(distance, listed)
      const least = await measure.between(shortlist.indices)
      const steps = takeSteps(points, dims, shortlist, least, chosen.subarray(found, found + stepsPerRound))
      if (steps === 0) break
      const centres = chosen.subarray(found, found + steps)
      found += steps
      progress.update(found, wanted)
      if (found < wanted) await measure.lower(distance, centres)
    }
  } finally {
    progress.end()
    await measure.close()
  }
  return chosen.subarray(0, found)
}

interface Shortlist {
  /** Of the points, ascending. */
  readonly indices: Int32Array
  /** Squared distance of each to the nearest centre. */
  readonly distance: Float64Array
  /** Largest squared distance of a point that is not listed; -Infinity where all are. */
  readonly outside: number
}

function drawShortlist(distance: Float64Array, size: number): Shortlist {
  const [outside, least] = neighboursAt(Float64Array.from(distance), distance.length - size)
  const indices = new Int32Array(size)
  let listed = 0
  let ties = size
  for (let i = 0; i < distance.length; i++) if (distance[i]! > least) ties--
  for (let i = 0; i < distance.length && listed < size; i++) {
    if (distance[i]! > least || (distance[i] === least && ties-- > 0)) indices[listed++] = i
  }
  return {
    indices,
    distance: Float64Array.from(indices, (i) => distance[i]!),
    outside,
  }
}

/** Fills `chosen` with as many steps as the shortlist can decide; returns how many. */
function takeSteps(
  points: Float32Array,
  dims: number,
  { indices, distance, outside }: Shortlist,
  least: LeastDistances,
  chosen: Int32Array,
): number {
  let farthest = indexOfLargest(distance)
  let steps = 0
  while (steps < chosen.length && distance[farthest]! > 0 && distance[farthest]! >= outside) {
    const centre = farthest
    chosen[steps++] = indices[centre]!
    farthest = 0
    for (let i = 0; i < indices.length; i++) {
      if (least(centre, i) < distance[i]!) {
        const squared = squaredDistance(points, indices[i]!, points, indices[centre]!, dims)
        if (squared < distance[i]!) distance[i] = squared
      }
      if (distance[i]! > distance[farthest]!) farthest = i
    }
  }
  return steps
}

function indexOfLargest(values: Float64Array): number {
  let largest = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[largest]!) largest = i
  return largest
}
