/** A photograph whose object is known, brought to where the plan says: what a prepared dataset holds, and a model that prepares itself sees. */
import type { Image, Mask } from '../image/image.ts'
import { blankInPlace, type Colour, moveImage, moveMask } from './move-pixels.ts'
import type { Placement } from './placement.ts'
import { black } from './prepare-options.ts'

export interface PlacedPicture {
  readonly picture: Image
  /** The object in it; null where none was found. */
  readonly silhouette: Mask | null
}

/** @param object - In the photograph. @param blank - Colour that the background is painted in; null to leave it. */
export function placePicture(
  image: Image,
  object: Mask | null,
  placement: Placement,
  blank: Colour | null,
): PlacedPicture {
  const picture = moveImage(image, placement, blank ?? black)
  const silhouette = object && moveMask(object, placement)
  if (blank !== null && silhouette !== null) blankInPlace(picture, silhouette, blank)
  return { picture, silhouette }
}
