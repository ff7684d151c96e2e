/** Lays a texture over an image inside a mask. */
import { cropWindow } from '../image/frame.ts'
import type { Image, Mask } from '../image/image.ts'

/**
 * Inside the mask `imageWeight` of the image and the rest of the texture; outside, the image bit for bit.
 *
 * Worked out in double precision and rounded once, to bytes: the reference blends the normalised floats of two byte images
 * and does not round, so results differ by at most half a grey level.
 *
 * @param texture - Covers the image; its middle is used.
 * @param mask - Of the image's size.
 * @param imageWeight - 0..1.
 */
export function blendTexture(image: Image, texture: Image, mask: Mask, imageWeight: number): Image {
  const { width, height } = image
  const data = image.data.slice()
  const { x: left, y: top } = cropWindow(texture, image).window
  const textureWeight = 1 - imageWeight
  for (let y = 0, pixel = 0; y < height; y++) {
    let from = 3 * ((top + y) * texture.width + left)
    for (let x = 0; x < width; x++, pixel++, from += 3) {
      if (mask.data[pixel] === 0) continue
      for (let c = 0; c < 3; c++) {
        const at = 3 * pixel + c
        data[at] = Math.round(imageWeight * data[at]! + textureWeight * texture.data[from + c]!)
      }
    }
  }
  return { width, height, data }
}
