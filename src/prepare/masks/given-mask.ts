/** A mask made elsewhere, as a file or as regions; drawn when its image is. */

import { fillRegion, type Region } from '../../dataset/annotations/fill-region.ts'
import { findFittingMask } from '../../dataset/read-mask.ts'
import type { Mask, Size } from '../../image/image.ts'

export type GivenMask =
  | {
      readonly kind: 'file'
      readonly path: string
      /** Colours of the background, 0xRRGGBB, where a list beside the masks says them. */
      readonly background?: readonly number[]
    }
  | { readonly kind: 'regions'; readonly size: Size | null; readonly regions: readonly Region[] }

/** The union of the regions, or the file; or the words for why it does not fit. @throws {InputError} The file cannot be read. */
export async function drawGivenMask(
  given: GivenMask,
  size: Size,
): Promise<Mask | { readonly mismatch: string }> {
  if (given.kind === 'file') return findFittingMask(given, size)
  const stated = given.size
  if (stated !== null && (stated.width !== size.width || stated.height !== size.height)) {
    return {
      mismatch: `is for ${stated.width}x${stated.height}, its image is ${size.width}x${size.height}`,
    }
  }
  const mask: Mask = { ...size, data: new Uint8Array(size.width * size.height) }
  for (const region of given.regions) fillRegion(mask, region)
  return mask
}
