/** What of the images a run looks at: its region of interest read and its tiles planned, by the sizes of all images. */
import { readFile } from 'node:fs/promises'
import type { Sample } from '../../dataset/sample.ts'
import { planTiles, type View } from '../../detector/view/view.ts'
import { InputError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import type { Fit, Size } from '../../image/image.ts'
import { readImageSize } from '../../image/read-image-size.ts'
import {
  encodeRegionOfInterest,
  interestName,
  interestOf,
  type RegionOfInterest,
  readRegionOfInterest,
} from '../../image/region-of-interest.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'
import type { ModelCard } from '../../wire/model.ts'

export interface RunView {
  readonly interest: RegionOfInterest | null
  /** Once the input is known: what a method is told; null where it looks at whole images. */
  viewAt(input: Size, fit: Fit): View | null
  /** What the card says of it. */
  factsOf(view: View | null): Pick<ModelCard['input'], 'tiles' | 'roi'>
  /** What a model takes along. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/**
 * @throws {InputError} The mask cannot be read, nothing in it counts, or images are of other sizes.
 * Cost: nothing without tiles and region; else the head of every image.
 */
export async function planView(
  { tiles, roi }: { readonly tiles: Size | null; readonly roi: string | null },
  samples: readonly Sample[],
  task: Task,
): Promise<RunView> {
  const sizes = tiles === null && roi === null ? [] : await sizesOf(samples, task)
  const interest = roi === null ? null : await openInterest(roi, sizes)
  return {
    interest,
    viewAt(input, fit) {
      if (tiles === null && interest === null) return null
      return { interest, tiles: tiles && planTiles(tiles, sizes, input, fit) }
    },
    factsOf: (view) => ({
      ...(view?.tiles && { tiles: { ...view.tiles.tile, map: view.tiles.map } }),
      ...(roi !== null && interest !== null && { roi: { path: roi, ...factsOf(interest) } }),
    }),
    files: new Map(interest === null ? [] : [[interestName, await encodeRegionOfInterest(interest.mask)]]),
  }
}

async function openInterest(
  path: string,
  sizes: readonly (Size & { readonly path: string })[],
): Promise<RegionOfInterest> {
  const mask = await readRegionOfInterest(await bytesOf(path), path)
  const others = sizes.filter(({ width, height }) => width !== mask.width || height !== mask.height)
  const [first] = others
  if (first !== undefined) {
    throw new InputError(
      path,
      `is ${mask.width}x${mask.height}, and ${others.length} of ${sizes.length} images have another size, such as ${first.path} (${first.width}x${first.height}): a region of interest is of images of one size`,
    )
  }
  return interestOf(mask)
}

function factsOf({ mask: { width, height, data }, sha256: hash }: RegionOfInterest) {
  const share = data.reduce((sum, value) => sum + value, 0) / data.length
  return { width, height, share, sha256: hash }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(path, `cannot be read: ${systemReason(cause)}`, { cause })
    throw cause
  }
}

/** Files whose head cannot be read are passed over: they fail where they are looked at. */
async function sizesOf(
  samples: readonly Sample[],
  task: Task,
): Promise<readonly (Size & { readonly path: string })[]> {
  const sizes: (Size & { readonly path: string })[] = []
  const read = mapConcurrent(samples, 16, async ({ path }) => {
    checkCancelled(task)
    try {
      return { path, ...(await readImageSize(path)) }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return null
    }
  })
  for await (const size of read) if (size !== null) sizes.push(size)
  return sizes
}
