/** One canvas for the whole dataset: the smallest width and height that hold every object, over all splits. */
import type { Size } from '../image/image.ts'

export interface Canvas extends Size {
  readonly isAutomatic: boolean
  /** Ids of the objects that are wide or high enough to decide the canvas: what to look at if it is larger than expected. */
  readonly widest: readonly string[]
  readonly tallest: readonly string[]
}

export interface ObjectSize extends Size {
  readonly id: string
}

/** How many are named. */
const mostNamed = 5

/**
 * @param objects - Sizes of the tight boxes; at least one.
 * @param margin - Pixels on every side.
 * @param fixed - A canvas that the user asked for; null for the smallest.
 */
export function planCanvas(objects: readonly ObjectSize[], margin: number, fixed: Size | null): Canvas {
  const largest = (side: 'width' | 'height'): ObjectSize[] =>
    [...objects].sort((a, b) => b[side] - a[side] || (a.id < b.id ? -1 : 1)).slice(0, mostNamed)
  const [widest, tallest] = [largest('width'), largest('height')]
  return {
    width: fixed?.width ?? widest[0]!.width + 2 * margin,
    height: fixed?.height ?? tallest[0]!.height + 2 * margin,
    isAutomatic: fixed === null,
    widest: widest.map(({ id }) => id),
    tallest: tallest.map(({ id }) => id),
  }
}
