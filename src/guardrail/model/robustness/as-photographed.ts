/** Changes that a camera or a file makes to the pixels of the photograph, in a picture that was enlarged from it. */
import type { Image } from '../../../image/image.ts'
import { resizeBilinear } from '../../../image/resize-bilinear.ts'

/**
 * The change is made to a picture of the photograph's size, and what it changed is enlarged and added: noise of an enlarged picture
 * is coarse, and a picture that no camera takes would be foreign to any detector.
 *
 * @param grain - Pixels of the picture for each of the photograph; at most 1 applies the change as it is.
 */
export async function asPhotographed(
  image: Image,
  grain: number,
  change: (small: Image) => Image | Promise<Image>,
): Promise<Image> {
  if (grain <= 1) return change(image)
  const { width, height } = image
  const size = {
    width: Math.max(1, Math.round(width / grain)),
    height: Math.max(1, Math.round(height / grain)),
  }
  const small = resizeBilinear(image, size)
  const changed = resizeBilinear(await change(small), image)
  const unchanged = resizeBilinear(small, image)
  return {
    width,
    height,
    data: image.data.map((value, i) => clip(value + changed.data[i]! - unchanged.data[i]!)),
  }
}

const clip = (value: number): number => Math.min(255, Math.max(0, value))
