/** What of a picture a model looks at, where that is not simply all of it at once: tiles, a region of interest, or both. */

import { InputError, UsageError } from '../../errors.ts'
import { cutTiles } from '../../image/cut-tiles.ts'
import { fitFrame } from '../../image/frame.ts'
import type { Fit, Frame, Mask, Size } from '../../image/image.ts'
import { readImageSize } from '../../image/read-image-size.ts'
import type { RegionOfInterest } from '../../image/region-of-interest.ts'
import type { ImageRef } from '../detector.ts'

export interface TilePlan {
  /** Size of a tile, in pixels of the picture. */
  readonly tile: Size
  /** Size of the one map that the maps of the tiles are joined to; every picture is padded to it. */
  readonly map: Size
  /** A picture that is one tile already has the map of that tile: it was cut before. */
  readonly keepsWhole?: true
}

export interface View {
  readonly tiles: TilePlan | null
  readonly interest: RegionOfInterest | null
  /** The object in a picture: tiles without a pixel of it are left out. Absent, or null, to keep all. */
  readonly objectOf?: (ref: ImageRef) => Mask | null
}

/** Longest side of a joined map. */
const longestMap = 2048

/**
 * The joined map has the tiles' own scale for the largest picture, or what keeps its longer side to 2048 pixels.
 *
 * @param pictures - Sizes; at least one.
 * @throws {UsageError} The tile is larger than a picture, or the fit would leave out the rims of the tiles.
 */
export function planTiles(
  tile: Size,
  pictures: readonly (Size & { readonly path: string })[],
  input: Size,
  fit: Fit,
): TilePlan {
  const small = pictures.find(({ width, height }) => width < tile.width || height < tile.height)
  if (small !== undefined) {
    throw new UsageError(
      `--tiles ${tile.width}x${tile.height}: larger than ${small.path}, which is ${small.width}x${small.height}; leave it out for pictures that fit the model's input`,
    )
  }
  const { content, visible } = fitFrame(tile, input, fit)
  if (visible.width < tile.width || visible.height < tile.height) {
    throw new UsageError(
      `--fit crop would leave out the rims of tiles of ${tile.width}x${tile.height}: choose tiles of the shape of the input, ${input.width}x${input.height}, or --fit pad`,
    )
  }
  const widest = pictures.reduce((most, { width }) => Math.max(most, width), 1)
  const highest = pictures.reduce((most, { height }) => Math.max(most, height), 1)
  const [across, down] = [content.width / tile.width, content.height / tile.height]
  const shrink = Math.min(1, longestMap / Math.max(widest * across, highest * down))
  const side = (length: number): number => Math.max(1, Math.round(length * shrink))
  return { tile, map: { width: side(widest * across), height: side(highest * down) } }
}

/** @throws {InputError} The picture cannot be read, or is smaller than a tile. */
export async function tilesOf(
  ref: ImageRef,
  { tiles, interest, objectOf }: View,
): Promise<readonly ImageRef[]> {
  if (tiles === null) return [ref]
  const size = await sizeOf(ref)
  const { tile } = tiles
  if (size.width < tile.width || size.height < tile.height) {
    throw new InputError(
      ref.path,
      `is ${size.width}x${size.height}, smaller than the tiles of ${tile.width}x${tile.height} that the model looks at`,
    )
  }
  const object = objectOf?.(ref) ?? (interest !== null && fits(interest.mask, size) ? interest.mask : null)
  const of = { width: size.width, height: size.height }
  return cutTiles(size, tile, object).map(({ rect }) => ({ ...ref, crop: { ...rect, of } }))
}

const fits = (mask: Size, size: Size): boolean => mask.width === size.width && mask.height === size.height

async function sizeOf({ path, picture }: ImageRef): Promise<Size> {
  if (picture === undefined) return readImageSize(path)
  if (!(picture instanceof Uint8Array)) return picture
  throw new Error(`${path}: tiles are cut of files and of pixels, not of the bytes of a file`)
}

/** Where a picture lies in the joined map. */
export const joinedFrame = (picture: Size, { map }: TilePlan): Frame => fitFrame(picture, map, 'pad')
