/** A prepared picture turned about its middle by any angle. */
import type { PreparedImage } from './image.ts'

/**
 * Bilinear; what comes from beyond the picture repeats its border, and the padding stays as it is.
 *
 * @param degrees - Clockwise. Multiples of 360 give the same pixels.
 * @returns A new image of the same frame.
 */
export function rotatePrepared(image: PreparedImage, degrees: number): PreparedImage {
  const { width, height, frame } = image
  const { content } = frame
  const [sine, cosine] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)]
  const [middleX, middleY] = [content.x + content.width / 2, content.y + content.height / 2]
  const [right, bottom] = [content.x + content.width - 1, content.y + content.height - 1]
  const data = Uint8Array.from(image.data)
  for (let y = content.y; y <= bottom; y++) {
    for (let x = content.x; x <= right; x++) {
      const [dx, dy] = [x + 0.5 - middleX, y + 0.5 - middleY]
      const fromX = Math.min(right, Math.max(content.x, middleX + cosine * dx + sine * dy - 0.5))
      const fromY = Math.min(bottom, Math.max(content.y, middleY - sine * dx + cosine * dy - 0.5))
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)]
      const [shareX, shareY] = [fromX - left, fromY - top]
      const upper = 3 * (top * width + left)
      const lower = top < bottom ? upper + 3 * width : upper
      const step = left < right ? 3 : 0
      for (let c = 0; c < 3; c++) {
        const above = image.data[upper + c]! * (1 - shareX) + image.data[upper + step + c]! * shareX
        const below = image.data[lower + c]! * (1 - shareX) + image.data[lower + step + c]! * shareX
        data[3 * (y * width + x) + c] = Math.round(above * (1 - shareY) + below * shareY)
      }
    }
  }
  return { width, height, data, frame }
}
