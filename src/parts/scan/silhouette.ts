/**
 * The object in a thumbnail, told from an even background by its colour: what differs from the border.
 *
 * Good enough to ask whether objects lie still; `plumbline prepare` segments with care.
 */

import type { Image } from '../../image/image.ts'
import { upperMedian, upperQuantile } from '../../math/order-statistics.ts'

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
export function silhouetteOf({ data, width, height }: Image): Uint8Array | null {
  const border: number[] = []
  for (let x = 0; x < width; x++) border.push(x, (height - 1) * width + x)
  for (let y = 1; y < height - 1; y++) border.push(y * width, (y + 1) * width - 1)
  const background = [0, 1, 2].map((c) => upperMedian(border.map((at) => data[3 * at + c]!)))
  const difference = (at: number): number =>
    Math.max(...background.map((value, c) => Math.abs(data[3 * at + c]! - value)))
  const spread = upperQuantile(border.map(difference), 0.9)
  if (spread > evenBorder) return null
  const threshold = Math.max(leastDifference, 3 * spread)
  const inside = Uint8Array.from({ length: width * height }, (_, at) => Number(difference(at) > threshold))
  const share = inside.reduce((sum, value) => sum + value, 0) / inside.length
  const touching = border.filter((at) => inside[at] === 1).length / border.length
  return share >= leastShare && share <= mostShare && touching <= mostTouching ? inside : null
}
