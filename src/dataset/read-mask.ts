/** The mask of a sample as pixels, whatever form it has on disk. */
import { InputError } from '../errors.ts'
import { decodeMask } from '../image/decode-mask.ts'
import type { Mask, Size } from '../image/image.ts'
import { turnUpright } from '../image/orientation.ts'
import { describeWithoutArea } from './annotations/annotation.ts'
import { fillRegion } from './annotations/fill-region.ts'
import { regionOf } from './annotations/labelme-regions.ts'
import { readLabelme } from './labelme.ts'
import type { MaskSource } from './sample.ts'

/**
 * @param size - Of the upright image that the mask belongs to.
 * @throws {InputError} Missing, undecodable, of another size than the image, or a shape without area; with the path.
 */
export async function readMask(source: MaskSource, size: Size): Promise<Mask> {
  const found = await findFittingMask(source, size)
  if ('mismatch' in found) throw new InputError(source.path, found.mismatch)
  return found
}

/** As {@link readMask}, but a mask of another size is an outcome: the words for it. */
export async function findFittingMask(
  source: MaskSource,
  size: Size,
): Promise<Mask | { readonly mismatch: string }> {
  if (source.kind === 'union') {
    const union: Mask = { ...size, data: new Uint8Array(size.width * size.height) }
    for (const each of source.masks) {
      const mask = await findFittingMask(each, size)
      if ('mismatch' in mask) return { mismatch: `${each.path} ${mask.mismatch}` }
      for (let i = 0; i < union.data.length; i++) union.data[i]! |= mask.data[i]!
    }
    return union
  }
  const { orientation = 1 } = source
  const drawn = await drawMask(source, orientation >= 5 ? { width: size.height, height: size.width } : size)
  return 'mismatch' in drawn ? drawn : turnUpright(drawn, orientation)
}

/** The mask as it was drawn, on a picture of a size, not turned. @throws {InputError} as {@link readMask}. */
export async function drawMask(
  source: MaskSource,
  size: Size,
): Promise<Mask | { readonly mismatch: string }> {
  const mismatch = (width: number, height: number): { mismatch: string } | null =>
    width === size.width && height === size.height
      ? null
      : { mismatch: `is ${width}x${height}, its image is ${size.width}x${size.height}` }
  if (source.kind === 'union') return findFittingMask(source, size)
  if (source.kind === 'regions') {
    const stated = source.size && mismatch(source.size.width, source.size.height)
    if (stated) return stated
    const mask: Mask = { ...size, data: new Uint8Array(size.width * size.height) }
    for (const region of source.regions) fillRegion(mask, region)
    return mask
  }
  if (source.kind === 'file') {
    const background = source.isInverted ? 'border' : source.background
    const mask = await decodeMask(source.path, background === undefined ? {} : { background })
    return mismatch(mask.width, mask.height) ?? mask
  }
  const { width, height, shapes, withoutArea } = await readLabelme(source.path)
  if (withoutArea.length > 0) {
    const found = describeWithoutArea([{ name: '', size: null, regions: [], withoutArea }])
    throw new InputError(source.path, `is no whole mask: it marks ${found}`)
  }
  const stated = mismatch(width ?? size.width, height ?? size.height)
  if (stated) return stated
  const mask: Mask = { ...size, data: new Uint8Array(size.width * size.height) }
  for (const shape of shapes) fillRegion(mask, await regionOf(source.path, shape))
  return mask
}
