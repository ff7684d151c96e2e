/** The picture without its padding, and back: what changes a picture changes its content and has the padding made anew. */
import { ShapeError } from '../errors.ts'
import type { Frame, Image, Mask, PreparedImage } from './image.ts'
import { extendBorder } from './prepare-image.ts'

/** The image without its padding. */
export function cutContent({ width, data, frame: { content } }: PreparedImage): Image {
  const cut = new Uint8Array(3 * content.width * content.height)
  for (let row = 0; row < content.height; row++) {
    const from = 3 * ((content.y + row) * width + content.x)
    cut.set(data.subarray(from, from + 3 * content.width), 3 * row * content.width)
  }
  return { width: content.width, height: content.height, data: cut }
}

/** The part of a mask that lies over the picture. */
export function cutContentMask({ width, data }: Mask, { content }: Frame): Mask {
  const cut = new Uint8Array(content.width * content.height)
  for (let row = 0; row < content.height; row++) {
    const from = (content.y + row) * width + content.x
    cut.set(data.subarray(from, from + content.width), row * content.width)
  }
  return { width: content.width, height: content.height, data: cut }
}

/**
 * A picture put into a frame, padded as `prepareImage` pads.
 *
 * @throws {ShapeError} It has not the size of the frame's content.
 */
export function placeContent(image: Image, frame: Frame): PreparedImage {
  const { content, size } = frame
  if (image.width !== content.width || image.height !== content.height) {
    throw new ShapeError('image', `[${content.height}, ${content.width}, 3]`, [image.height, image.width, 3])
  }
  return { ...extendBorder(image, size, content), frame }
}
