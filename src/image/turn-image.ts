/** Quarter turns of an image: every pixel kept, none mixed with another. */
import type { Image } from './image.ts'

/**
 * @param quarters - How often it is turned by 90 degrees, clockwise; any whole number.
 * @returns A new image; width and height change places at odd quarters.
 */
export function turnImage({ width, height, data }: Image, quarters: number): Image {
  const turns = ((quarters % 4) + 4) % 4
  if (turns === 0) return { width, height, data: data.slice() }
  const size = turns === 2 ? { width, height } : { width: height, height: width }
  const turned = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [toX, toY] =
        turns === 1 ? [height - 1 - y, x] : turns === 2 ? [width - 1 - x, height - 1 - y] : [y, width - 1 - x]
      const from = 3 * (y * width + x)
      const to = 3 * (toY * size.width + toX)
      turned[to] = data[from]!
      turned[to + 1] = data[from + 1]!
      turned[to + 2] = data[from + 2]!
    }
  }
  return { ...size, data: turned }
}
