import { meanOfLargest } from '../../../src/detector/patches/mean-of-largest.ts'
import type { Rect, ScoreMap } from '../../../src/image/image.ts'

/**
 * The mean of the largest pixels of the picture's part of a map, in plain loops.
 *
 * @param top - Their share; rounded down, but one at least.
 */
export function imageScore(map: ScoreMap, content: Rect, top: number): number {
  const inside = new Float32Array(content.width * content.height)
  for (let y = 0; y < content.height; y++) {
    const start = (content.y + y) * map.width + content.x
    inside.set(map.data.subarray(start, start + content.width), y * content.width)
  }
  return meanOfLargest(inside, Math.max(1, Math.floor(top * inside.length)))
}
