/**
 * Which patches show the object, told from one image alone: those that project far on the first principal component of the
 * image's own patches.
 *
 * Source: Damm et al. 2024, arXiv 2405.14529, section 3.3; github.com/dammsi/AnomalyDINO, src/backbones.py
 * (compute_background_mask).
 */

/** `grid`: rows and columns; `raster`: along the rows one after the other, as in the reference, which forgets the grid. */
export type Morphology = 'grid' | 'raster'

export interface Grid {
  readonly rows: number
  readonly cols: number
}

/** What share of the middle must be the object's; if less is, the other sign is taken. */
const leastInMiddle = 0.35
/** What is left out on each side of the middle. */
const border = 0.2

/**
 * @param projection - Of each patch on the first component, [rows * cols].
 * @param threshold - Projection above which a patch is the object's.
 * @returns 1 for the object, [rows * cols].
 */
export function foregroundOf(
  projection: Float64Array,
  grid: Grid,
  threshold: number,
  morphology: Morphology,
): Uint8Array {
  const sign = shareInMiddle(projection, grid, threshold) > leastInMiddle ? 1 : -1
  const mask = Uint8Array.from(projection, (value) => Number(sign * value > threshold))
  const shape = morphology === 'grid' ? grid : { rows: projection.length, cols: 1 }
  return erode(dilate(dilate(mask, shape), shape), shape)
}

/** Share of the patches away from the borders whose projection is above the threshold. */
function shareInMiddle(projection: Float64Array, { rows, cols }: Grid, threshold: number): number {
  const [top, bottom] = [Math.floor(rows * border), Math.floor(rows * (1 - border))]
  const [left, right] = [Math.floor(cols * border), Math.floor(cols * (1 - border))]
  let [above, all] = [0, 0]
  for (let row = top; row < bottom; row++) {
    for (let col = left; col < right; col++) {
      all++
      if (projection[row * cols + col]! > threshold) above++
    }
  }
  return all === 0 ? 0 : above / all
}

/** Limits of {@link separates}, by reason: an object fills the middle, not the border, and is neither everything nor nothing. */
const mostOnBorder = 0.15
const leastShare = 0.05
const mostShare = 0.9

/** Whether a mask looks like that of one object before a background. */
export function separates(mask: Uint8Array, { rows, cols }: Grid): boolean {
  let [onBorder, around, inside] = [0, 0, 0]
  for (const [at, value] of mask.entries()) {
    const [row, col] = [Math.floor(at / cols), at % cols]
    inside += value
    if (row > 0 && row < rows - 1 && col > 0 && col < cols - 1) continue
    around++
    onBorder += value
  }
  const share = inside / mask.length
  return onBorder / around <= mostOnBorder && share >= leastShare && share <= mostShare
}

const dilate = (mask: Uint8Array, grid: Grid): Uint8Array => grow(mask, grid, 1)
/** Beyond the border nothing erodes. */
const erode = (mask: Uint8Array, grid: Grid): Uint8Array => grow(mask, grid, 0)

/** Every patch beside (or across from) one of the given value gets it. */
function grow(mask: Uint8Array, { rows, cols }: Grid, value: 0 | 1): Uint8Array {
  const grown = Uint8Array.from(mask)
  for (const [at, own] of mask.entries()) {
    if (own !== value) continue
    const [row, col] = [Math.floor(at / cols), at % cols]
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
      for (let c = Math.max(0, col - 1); c <= Math.min(cols - 1, col + 1); c++) grown[r * cols + c] = value
    }
  }
  return grown
}

/** Rounds of the power iteration; each adds digits by the gap between the two largest variances. */
const mostRounds = 500

/**
 * Projection of each patch, less their mean, on the direction in which they vary most, whose entry of the largest magnitude is
 * positive (as scikit-learn 1.9 has it).
 *
 * @param patches - float32 [count, dims].
 * @returns float64 [count]; zeros where nothing varies. Cost: O(count * dims) for each round of a power iteration.
 */
export function firstProjection(patches: Float32Array, dims: number): Float64Array {
  const count = patches.length / dims
  const mean = new Float64Array(dims)
  for (const [at, value] of patches.entries()) mean[at % dims]! += value / count
  const spread = new Float64Array(dims)
  for (const [at, value] of patches.entries()) spread[at % dims]! += (value - mean[at % dims]!) ** 2
  let direction: Float64Array = spread // any start that is not orthogonal to it will do
  let projection: Float64Array = new Float64Array(count)
  for (let round = 0; round < mostRounds; round++) {
    const length = Math.hypot(...direction)
    if (length === 0) return new Float64Array(count)
    direction = direction.map((value) => value / length)
    projection = project(patches, mean, direction)
    const next = new Float64Array(dims)
    for (let row = 0; row < count; row++) {
      const weight = projection[row]!
      for (let i = 0; i < dims; i++) next[i]! += weight * (patches[row * dims + i]! - mean[i]!)
    }
    const size = Math.hypot(...next)
    const change = next.reduce((most, value, i) => Math.max(most, Math.abs(value / size - direction[i]!)), 0)
    direction = next
    if (change < 1e-12) break
  }
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)
  return largest < 0 ? projection.map((value) => -value) : projection
}

function project(patches: Float32Array, mean: Float64Array, direction: Float64Array): Float64Array {
  const dims = mean.length
  return Float64Array.from({ length: patches.length / dims }, (_, row) => {
    let sum = 0
    for (let i = 0; i < dims; i++) sum += (patches[row * dims + i]! - mean[i]!) * direction[i]!
    return sum
  })
}
