/**
 * Where an anomaly is put: blobs of Perlin noise inside the foreground.
 *
 * Source: GLASS (github.com/cqylunlun/GLASS, perlin.py: `generate_thr`, `perlin_mask`). The reference draws until the mask
 * meets the foreground, for ever where it cannot; here that is an outcome.
 */
import type { Mask, Size } from '../image/image.ts'
import type { Random } from '../math/random.ts'
import { addPerlinNoise, rotateAbove } from './perlin.ts'
import type { SynthesisOptions } from './synthesis-options.ts'

/**
 * @param allowed - Where the anomaly may lie: foreground and content.
 * @returns A mask inside `allowed` with at least one pixel; undefined when `options.attempts` masks all missed it.
 * Cost: O(pixels) an attempt, most often one or two.
 */
export function findPerlinMask(allowed: Mask, options: SynthesisOptions, random: Random): Mask | undefined {
  const { width, height, data } = allowed
  if (!data.includes(1)) return undefined
  const scratch = new Float64Array(width * height)
  for (let attempt = 0; attempt < options.attempts; attempt++) {
    const mask = combineBlobs(allowed, scratch, options, random)
    let isEmpty = true
    for (let i = 0; i < mask.length; i++) {
      mask[i]! &= data[i]!
      if (mask[i] !== 0) isEmpty = false
    }
    if (!isEmpty) return { width, height, data: mask }
  }
  return undefined
}

/** One noise, or the union or intersection of two. */
function combineBlobs(
  size: Size,
  scratch: Float64Array,
  options: SynthesisOptions,
  random: Random,
): Uint8Array {
  const { unionShare, intersectionShare } = options
  const first = drawBlobs(size, scratch, options, random)
  const choice = random.uniform()
  if (choice >= unionShare + intersectionShare) return first
  const second = drawBlobs(size, scratch, options, random)
  if (choice < unionShare) for (let i = 0; i < first.length; i++) first[i]! |= second[i]!
  else for (let i = 0; i < first.length; i++) first[i]! &= second[i]!
  return first
}

function drawBlobs(size: Size, scratch: Float64Array, options: SynthesisOptions, random: Random): Uint8Array {
  const { scaleExponents, noiseThreshold, maskTurn } = options
  const drawCells = (side: number): number => {
    const exponent = scaleExponents.first + random.integer(scaleExponents.end - scaleExponents.first)
    return Math.max(1, Math.min(2 ** exponent, side >> 1))
  }
  const grid = { rows: drawCells(size.height), cols: drawCells(size.width) }
  const angles = new Float64Array((grid.rows + 1) * (grid.cols + 1))
  for (let i = 0; i < angles.length; i++) angles[i] = 2 * Math.PI * random.uniform()
  addPerlinNoise(scratch.fill(0), size, grid, angles)
  return rotateAbove(scratch, size, maskTurn * (2 * random.uniform() - 1), noiseThreshold)
}
