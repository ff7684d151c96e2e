/**
 * Patches of the training images in memory, for steps that draw patches rather than images: nominal ones, and those of augmented
 * images, which are made once and drawn from often.
 *
 * A backbone's pass costs a hundred times what a training step of a small discriminator costs; with pools it is paid a few times
 * for each image, not at every step.
 */
import type { ImageRef, Vision } from '../../backbone/vision.ts'
import { InputError, StatisticalError } from '../../errors.ts'
import type { Mask } from '../../image/image.ts'
import type { Random } from '../../math/random.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { PatchGrid } from '../patches/embed-patches.ts'
import { createReservoir, type Reservoir } from '../patches/reservoir.ts'
import { type AugmentOptions, augmentImages } from './augment-images.ts'
import { type Embedding, embed, inContent } from './patch-embedding.ts'

/** Rows of patches, float32, [count, dims]. */
export interface Pool {
  readonly rows: Float32Array
  readonly count: number
  readonly dims: number
}

export interface AugmentedPool {
  /** Patches that show an anomaly. */
  readonly anomalous: Pool
  /** Patches of the same images that show none; only a share of them is kept. */
  readonly nominal: Pool
}

/**
 * @param most - Patches kept: a random sample where there are more.
 * @throws {StatisticalError} There is no image. @throws {InputError} One fails.
 */
export async function nominalPool(
  refs: readonly ImageRef[],
  vision: Vision,
  { stages, embedding }: { readonly stages: readonly string[]; readonly embedding: Embedding },
  most: number,
  random: Random,
  task: Task,
): Promise<Pool> {
  if (refs.length === 0) throw new StatisticalError('GLASS: no nominal image to learn from')
  const kept = createKeeper(most, random)
  for await (const outcome of vision.features(refs, stages, task)) {
    checkCancelled(task)
    if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
    kept.add(inContent(embed(outcome.value, embedding)))
  }
  return kept.pool()
}

/** A patch shows an anomaly when this share of its cell is changed, and none when nothing of it is; between, it is left out. */
const leastShare = 0.1

/** Images that are augmented and looked at together. */
const together = 8
/** After so many times the images that were asked for, without one anomaly on an object, there will be none. */
const mostRounds = 10

/**
 * @param images - How many are made: every training image in turn, in random order.
 * @param most - Anomalous patches kept.
 * @throws {InputError} As `augmentImages`; no anomaly met an object at all.
 */
export async function augmentedPool(
  refs: readonly ImageRef[],
  options: AugmentOptions,
  images: number,
  most: number,
  random: Random,
): Promise<AugmentedPool> {
  const anomalous = createKeeper(most, random.fork('anomalous'))
  const nominal = createKeeper(most, random.fork('nominal'))
  const { task } = options
  const progress = task.progress('synthetic anomalies', 'images')
  try {
    // Where no anomaly has met an object yet, as may be with few images, more are made.
    const isLacking = (made: number) => anomalous.pool().count === 0 && made < mostRounds * images
    for (let start = 0; start < images || isLacking(start); start += together) {
      checkCancelled(task)
      const count = start < images ? Math.min(together, images - start) : together
      const jobs = Array.from({ length: count }, (_, i) => ({
        ref: inTurn(refs, start + i, random),
        random: random.fork('image', start + i),
      }))
      for (const { patches, mask } of await augmentImages(jobs, options)) {
        const own = inContent(patches)
        const shares = changedShares(mask, own)
        anomalous.add(own, (cell) => shares[cell]! >= leastShare)
        nominal.add(own, (cell) => shares[cell] === 0)
      }
      progress.update(Math.min(images, start + together), images)
    }
  } finally {
    progress.end()
  }
  if (anomalous.pool().count === 0) {
    throw new InputError(
      refs[0]!.path,
      'no synthetic anomaly met an object: foreground masks are empty or tiny',
    )
  }
  return { anomalous: anomalous.pool(), nominal: nominal.pool() }
}

/** The i-th of an endless list that goes through all in an order drawn anew each round. */
function inTurn(refs: readonly ImageRef[], i: number, random: Random): ImageRef {
  const round = Math.floor(i / refs.length)
  const order = random.fork('round', round).shuffleInPlace(refs.map((_, at) => at))
  return refs[order[i % refs.length]!]!
}

/** Share of each cell's pixels inside the mask; float32, [range.rows * range.cols]. */
export function changedShares(mask: Mask, { grid, range }: Pick<PatchGrid, 'grid' | 'range'>): Float32Array {
  const shares = new Float32Array(range.rows * range.cols)
  const edge = (i: number, extent: number, cells: number) => Math.round((i * extent) / cells)
  for (let row = 0, cell = 0; row < range.rows; row++) {
    const top = edge(range.row + row, mask.height, grid.rows)
    const bottom = edge(range.row + row + 1, mask.height, grid.rows)
    for (let col = 0; col < range.cols; col++, cell++) {
      const left = edge(range.col + col, mask.width, grid.cols)
      const right = edge(range.col + col + 1, mask.width, grid.cols)
      let inside = 0
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) inside += mask.data[y * mask.width + x]!
      }
      shares[cell] = inside / Math.max(1, (bottom - top) * (right - left))
    }
  }
  return shares
}

interface Keeper {
  add(patches: PatchGrid, wants?: (cell: number) => boolean): void
  pool(): Pool
}

function createKeeper(most: number, random: Random): Keeper {
  let reservoir: Reservoir | undefined
  let dims = 0
  return {
    add(patches, wants) {
      dims = patches.dims
      reservoir ??= createReservoir(dims, most, random)
      if (wants === undefined) return reservoir.add(patches.data)
      for (let cell = 0; cell < patches.data.length / dims; cell++) {
        if (wants(cell)) reservoir.add(patches.data.subarray(cell * dims, (cell + 1) * dims))
      }
    },
    pool() {
      const rows = reservoir?.sample() ?? new Float32Array(0)
      return { rows, count: dims === 0 ? 0 : rows.length / dims, dims }
    },
  }
}
