/** A part before the background of another picture: what is around it is exchanged, the part itself stays, edges are soft. */
import type { Image, Mask, PreparedImage, Size } from '../../../image/image.ts'
import { resizeBilinear } from '../../../image/resize-bilinear.ts'

export interface Exchange {
  /** The picture that gives its background, at the size of the model input. */
  readonly other: Image
  /** Where the own picture stays, of the same size: both objects, with some margin. */
  readonly kept: Mask
}

/** Width of the soft edge on either side, in pixels of the model input. */
const softness = 2

/**
 * @param image - Of the model input's shape, perhaps of another size.
 * @returns A new image: the own one where it is kept, the other's around it.
 * Cost: O(pixels).
 */
export function exchangeBackground(image: PreparedImage, { other, kept }: Exchange): PreparedImage {
  const { width, height } = image
  const size = { width, height }
  const isSame = other.width === width && other.height === height
  const around = isSame ? other : resizeBilinear(other, size)
  const share = softMask(kept, size)
  const data = image.data.map((value, i) => {
    const own = share[Math.floor(i / 3)]!
    return Math.round(own * value + (1 - own) * around.data[i]!)
  })
  return { ...image, data }
}

/** The object blanked out: what is kept becomes the mean colour of what is around it. */
export function blankObject(image: PreparedImage, kept: Mask): PreparedImage {
  const { width, height, data, frame } = image
  const share = softMask(kept, { width, height })
  const sums = [0, 0, 0]
  let weight = 0
  const { content } = frame
  for (let y = content.y; y < content.y + content.height; y++) {
    for (let x = content.x; x < content.x + content.width; x++) {
      const around = 1 - share[y * width + x]!
      for (let c = 0; c < 3; c++) sums[c]! += around * data[3 * (y * width + x) + c]!
      weight += around
    }
  }
  const mean = sums.map((sum) => sum / Math.max(weight, 1e-9))
  return {
    ...image,
    data: data.map((value, i) => {
      const own = share[Math.floor(i / 3)]!
      return Math.round((1 - own) * value + own * mean[i % 3]!)
    }),
  }
}

/** Share of the own picture in every pixel of `size`, 0..1: the mask with a linear slope at its edge. */
function softMask({ width, height, data }: Mask, size: Size): Float32Array {
  const slope = slopeAlong(
    slopeAlong(Float32Array.from(data), width, height, 1, width),
    height,
    width,
    width,
    1,
  )
  if (size.width === width && size.height === height) return slope
  const scaled = new Float32Array(size.width * size.height)
  for (let y = 0; y < size.height; y++) {
    const row = Math.floor(((y + 0.5) * height) / size.height)
    for (let x = 0; x < size.width; x++) {
      scaled[y * size.width + x] = slope[row * width + Math.floor(((x + 0.5) * width) / size.width)]!
    }
  }
  return scaled
}

/** Mean over `2 softness + 1` pixels along lines of `length`, `step` apart; edge pixels are repeated outwards. */
function slopeAlong(
  data: Float32Array,
  length: number,
  lines: number,
  step: number,
  pitch: number,
): Float32Array {
  const out = new Float32Array(data.length)
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let sum = 0
      for (let k = -softness; k <= softness; k++) {
        sum += data[line * pitch + Math.min(length - 1, Math.max(0, i + k)) * step]!
      }
      out[line * pitch + i * step] = sum / (2 * softness + 1)
    }
  }
  return out
}
