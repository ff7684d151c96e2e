/** Changes of place by which textures are varied: mirrored, upside down, turned. Every function returns a new image. */
import type { Image } from '../image/image.ts'

/** Left becomes right. */
export function mirror({ width, height, data }: Image): Image {
  const out = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    let from = 3 * (y * width + width - 1)
    const end = 3 * (y + 1) * width
    for (let to = 3 * y * width; to < end; to += 3, from -= 3) {
      out[to] = data[from]!
      out[to + 1] = data[from + 1]!
      out[to + 2] = data[from + 2]!
    }
  }
  return { width, height, data: out }
}

/** Top becomes bottom. */
export function flip({ width, height, data }: Image): Image {
  const out = new Uint8Array(data.length)
  const bytes = 3 * width
  for (let y = 0; y < height; y++) {
    out.set(data.subarray(y * bytes, (y + 1) * bytes), (height - 1 - y) * bytes)
  }
  return { width, height, data: out }
}

/**
 * Turns about the middle; each pixel takes the source pixel under its centre, black outside, as torchvision's `RandomAffine`
 * does with its defaults.
 *
 * @param degrees - Clockwise as seen on screen.
 */
export function turn({ width, height, data }: Image, degrees: number): Image {
  const out = new Uint8Array(data.length)
  const radians = (degrees * Math.PI) / 180
  const cos = Math.cos(radians)
  const sin = Math.sin(radians)
  for (let y = 0, to = 0; y < height; y++) {
    const startX = width / 2 + cos * (0.5 - width / 2) + sin * (y + 0.5 - height / 2)
    const startY = height / 2 - sin * (0.5 - width / 2) + cos * (y + 0.5 - height / 2)
    for (let x = 0; x < width; x++, to += 3) {
      const column = Math.floor(startX + cos * x)
      const row = Math.floor(startY - sin * x)
      if (column < 0 || row < 0 || column >= width || row >= height) continue
      const from = 3 * (row * width + column)
      out[to] = data[from]!
      out[to + 1] = data[from + 1]!
      out[to + 2] = data[from + 2]!
    }
  }
  return { width, height, data: out }
}
