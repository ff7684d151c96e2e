/** The picture without its padding, and back: what changes a picture changes its content and has the padding made anew. */
import { ShapeError } from '../errors.ts'
import type { Frame, Image, Mask, PreparedImage, Rect, ScoreMap } from './image.ts'
import { extendBorder } from './prepare-image.ts'

/** The image without its padding. */
export function cutContent({ width, data, frame }: PreparedImage): Image {
  const { content } = frame
  const cut = new Uint8Array(3 * content.width * content.height)
  return { width: content.width, height: content.height, data: copyContent(data, cut, width, content, 3) }
}

/** The part of a mask that lies over the picture. */
export function cutContentMask({ width, data }: Mask, { content }: Frame): Mask {
  const cut = new Uint8Array(content.width * content.height)
  return { width: content.width, height: content.height, data: copyContent(data, cut, width, content, 1) }
}

/** The part of a map that lies over the picture. */
export function cutContentMap({ width, data }: ScoreMap, { content }: Frame): ScoreMap {
  const cut = new Float32Array(content.width * content.height)
  return { width: content.width, height: content.height, data: copyContent(data, cut, width, content, 1) }
}

/** @param into - Of the content's size. @returns It. */
function copyContent<Data extends Uint8Array | Float32Array>(
  data: Data,
  into: Data,
  width: number,
  content: Rect,
  channels: number,
): Data {
  const length = channels * content.width
  for (let row = 0; row < content.height; row++) {
    const from = channels * ((content.y + row) * width + content.x)
    into.set(data.subarray(from, from + length), row * length)
  }
  return into
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
