/** From a whole picture to what of it is looked at: a tile, the region of interest, or both. */
import { InputError } from '../errors.ts'
import { cutRect } from '../image/cut-tiles.ts'
import type { Image } from '../image/image.ts'
import type { PixelReading } from '../image/pixel-reading.ts'
import { interestOnly, type RegionOfInterest, requireSize } from '../image/region-of-interest.ts'
import { readPicture } from './read-picture.ts'
import type { Crop, ImageRef } from './vision.ts'

/** @throws {InputError} The picture is not of the size that the tile, or the region, is of. */
export function cutPicture(
  { path, crop }: Pick<ImageRef, 'path' | 'crop'>,
  image: Image,
  interest: RegionOfInterest | null,
): Image {
  if (interest !== null) requireSize(path, image, interest)
  if (crop !== undefined && (image.width !== crop.of.width || image.height !== crop.of.height)) {
    throw new InputError(
      path,
      `is ${image.width}x${image.height}, ${crop.of.width}x${crop.of.height} was expected: it has changed, or its pages differ`,
    )
  }
  const part = crop === undefined ? image : cutRect(image, crop)
  return interest === null ? part : interestOnly(part, interest, crop ?? null)
}

/** What tells the features of a part from those of the whole; nothing for the whole. */
export const cutRecipe = (crop: Crop | undefined, interest: RegionOfInterest | null): string[] => [
  ...(crop === undefined ? [] : [`tile ${crop.x} ${crop.y} ${crop.width} ${crop.height}`]),
  ...(interest === null ? [] : [`interest ${interest.sha256}`]),
]

/** Pictures kept decoded: as many as tiles in flight may be of. */
const mostKept = 3

export type PictureReader = (
  ref: ImageRef,
  bytes: Uint8Array | null,
  reading: PixelReading | undefined,
) => Promise<Image>

/** Reads pictures; those of which tiles are cut once for all their tiles, as long as these come one after the other. */
export function createPictureReader(): PictureReader {
  const kept = new Map<string, Promise<Image>>()
  return (ref, bytes, reading) => {
    if (ref.crop === undefined || ref.picture !== undefined) return readPicture(ref, bytes, reading)
    const key = JSON.stringify([ref.path, reading ?? null])
    let found = kept.get(key)
    if (found === undefined) {
      found = readPicture(ref, bytes, reading)
      found.catch(() => kept.delete(key)) // the next one tries again
      kept.set(key, found)
      if (kept.size > mostKept) for (const oldest of [...kept.keys()].slice(0, 1)) kept.delete(oldest)
    }
    return found
  }
}
