/**
 * Non-maximum suppression: of boxes that show the same thing, the best.
 *
 * Source: torchvision.ops.nms, which Grounded-Segment-Anything uses (IoU 0.8).
 */
import type { Box, FoundBox } from './find-boxes.ts'

/**
 * @param mostOverlap - IoU with a better box above which a box is dropped, 0..1.
 * @returns Best first; equal scores in the order given. Cost: quadratic in the number of boxes.
 */
export function suppressBoxes(boxes: readonly FoundBox[], mostOverlap: number): FoundBox[] {
  const kept: FoundBox[] = []
  for (const each of boxes.toSorted((a, b) => b.score - a.score)) {
    if (!kept.some(({ box }) => overlap(box, each.box) > mostOverlap)) kept.push(each)
  }
  return kept
}

/** Intersection over union, 0..1; 0 where both are empty. */
export function overlap(a: Box, b: Box): number {
  const width = Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left))
  const height = Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top))
  const both = width * height
  const either = areaOf(a) + areaOf(b) - both
  return either > 0 ? both / either : 0
}

const areaOf = ({ left, top, right, bottom }: Box): number => (right - left) * (bottom - top)
