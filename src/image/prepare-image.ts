/** An image brought to the model's input size. */
import { cropWindow, fitFrame } from './frame.ts'
import type { Fit, Image, PreparedImage, Rect, Size } from './image.ts'
import { resizeBilinear, resizeWindow } from './resize-bilinear.ts'

/**
 * Resizes as Pillow does (`resizeBilinear`) and, for `pad`, repeats the border pixels outwards, so that padding makes no
 * edge that a detector could take for a defect. `frame` says where the source went.
 *
 * @throws {ShapeError} The image or the size has no pixels, or the data does not fit the image's size.
 */
export function prepareImage(image: Image, size: Size, fit: Fit): PreparedImage {
  const frame = fitFrame(image, size, fit)
  if (fit === 'crop') {
    const { scaled, window } = cropWindow(image, size)
    return { ...resizeWindow(image, 3, scaled, window), frame }
  }
  return { ...extendBorder(resizeBilinear(image, frame.content), size, frame.content), frame }
}

/** Puts the image at `content` and repeats its border pixels to the edges. */
export function extendBorder(image: Image, size: Size, content: Rect): Image {
  if (content.width === size.width && content.height === size.height) return image
  const { width, height } = size
  const data = new Uint8Array(3 * width * height)
  const rowBytes = 3 * width
  for (let y = 0; y < content.height; y++) {
    const from = 3 * content.width * y
    const row = data.subarray((content.y + y) * rowBytes, (content.y + y + 1) * rowBytes)
    row.set(image.data.subarray(from, from + 3 * content.width), 3 * content.x)
    const right = 3 * (content.x + content.width)
    for (let i = 0; i < 3 * content.x; i++) row[i] = image.data[from + (i % 3)]!
    for (let i = right; i < rowBytes; i++) row[i] = row[right - 3 + ((i - right) % 3)]!
  }
  const bottom = content.y + content.height - 1
  for (let y = 0; y < content.y; y++) {
    data.copyWithin(y * rowBytes, content.y * rowBytes, (content.y + 1) * rowBytes)
  }
  for (let y = bottom + 1; y < height; y++) {
    data.copyWithin(y * rowBytes, bottom * rowBytes, (bottom + 1) * rowBytes)
  }
  return { width, height, data }
}
