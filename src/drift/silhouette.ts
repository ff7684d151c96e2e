/**
 * The object in a thumbnail, told from an even background by its colour: what differs from the border.
 *
 * Good enough to ask whether objects lie still; `plumbline prepare` segments with care.
 */

import type { Image } from '../image/image.ts'
import { borderOf } from './border.ts'

/** Largest difference from the border's median, 0..255, that nine tenths of the border may have to be called even. */
const evenBorder = 16
/** An object differs from the border by more than this, and by three times what the border varies. */
const leastDifference = 20
/** Share of the picture that an object may fill, and share of the border that it may touch. */
const [leastShare, mostShare, mostTouching] = [0.02, 0.85, 0.25]

/**
 * @param thumbnail - RGB.
 * @returns 1 inside, [height, width]; null where the border is not even or the rest is not an object before it.
 */
export function silhouetteOf(thumbnail: Image): Uint8Array | null {
  const { width, height } = thumbnail
  const { pixels: border, difference, spread } = borderOf(thumbnail)
  if (spread > evenBorder) return null
  const threshold = Math.max(leastDifference, 3 * spread)
  const inside = Uint8Array.from({ length: width * height }, (_, at) => Number(difference(at) > threshold))
  const share = inside.reduce((sum, value) => sum + value, 0) / inside.length
  const touching = border.filter((at) => inside[at] === 1).length / border.length
  return share >= leastShare && share <= mostShare && touching <= mostTouching ? inside : null
}
