/** The score of PatchCore in plain loops: the slow twin of `detector/patchcore/score-graph.ts`. */
import { meanOfLargest } from '../../../src/detector/patches/mean-of-largest.ts'
import { squaredDistance } from '../../../src/detector/patches/squared-distance.ts'

export interface Nearest {
  /** Of each patch to the bank, Euclidean. */
  readonly distance: Float32Array
  /** Row of the bank. */
  readonly index: Int32Array
}

/** The banked patches nearest to a banked patch, itself among them. */
export type Neighbourhoods = (row: number) => readonly number[]

/**
 * Neighbourhoods of `count` rows each, found when first asked for and remembered: the same few banked patches come up again
 * and again.
 *
 * @param bank - float32, shape [rows, dims].
 */
export function createNeighbourhoods(bank: Float32Array, dims: number, count: number): Neighbourhoods {
  const known = new Map<number, readonly number[]>()
  return (row) => {
    let found = known.get(row)
    if (found === undefined) {
      found = nearestRows(bank, dims, row, count)
      known.set(row, found)
    }
    return found
  }
}

/**
 * The largest distances, weighed by the surroundings of the banked patch that is nearest to the farthest patch: among
 * many of its kind it makes the image less suspicious, alone (a rare nominal patch) more.
 *
 * Source: Roth et al. 2022, equations 6 and 7: s = (1 - exp(d*) / Σ_b exp(d_b)) d*, the sum over the b banked patches
 * nearest to the nearest one, itself included; d_b are their distances to the image's patch.
 *
 * @param patches - float32, shape [patches, dims]. @param nearest - Of each patch in the bank.
 * @param bank - float32, shape [rows, dims].
 * @param peaks - The mean of this many largest distances is taken; 1 is the paper's maximum.
 * @param neighbourhoods - Of the bank; of one row each for no weighting.
 * @returns Raw score, >= 0; 0 where every patch is in the bank.
 */
export function imageScore(
  patches: Float32Array,
  nearest: Nearest,
  bank: Float32Array,
  dims: number,
  peaks: number,
  neighbourhoods: Neighbourhoods,
): number {
  const { distance, index } = nearest
  let farthest = 0
  for (let i = 1; i < distance.length; i++) if (distance[i]! > distance[farthest]!) farthest = i
  const height = meanOfLargest(distance, peaks)
  const close = neighbourhoods(index[farthest]!)
  if (close.length < 2) return height
  const own = distance[farthest]!
  let sum = 0
  for (const row of close)
    sum += Math.exp(Math.sqrt(squaredDistance(patches, farthest, bank, row, dims)) - own)
  return height * (1 - 1 / sum)
}

/** The `count` rows nearest to `row`, itself among them; ties take the first. */
function nearestRows(bank: Float32Array, dims: number, row: number, count: number): readonly number[] {
  const rows = bank.length / dims
  const near: { row: number; squared: number }[] = []
  for (let other = 0; other < rows; other++) {
    const squared = squaredDistance(bank, row, bank, other, dims)
    if (near.length === count && squared >= near.at(-1)!.squared) continue
    let at = near.length
    while (at > 0 && near[at - 1]!.squared > squared) at--
    near.splice(at, 0, { row: other, squared })
    if (near.length > count) near.pop()
  }
  return near.map((each) => each.row)
}
