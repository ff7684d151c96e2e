/**
 * How much two pictures have in common beyond what all pictures of the dataset have: the correlation of what is their own
 * (`own-structure.ts`), after one was laid over the other.
 *
 * 1 for two photographs of one part under any exposure; near 0 for different parts, whether they look alike or not.
 */
import { align, type FixedPicture, fixedPicture, movingPicture } from './align.ts'
import type { CommonStructure } from './common-structure.ts'
import { side } from './local-contrast.ts'
import { ownStructure } from './own-structure.ts'
import { correlationOf, place, placedWindow } from './placement.ts'

export interface Likeness {
  readonly count: number
  /**
   * Likeness of pictures `i` and `j`, -1..1; quickest where `i` stays the same from call to call.
   *
   * Cost: 0.15 ms, or 0.4 ms where the pictures resemble each other.
   */
  between(i: number, j: number): number
}

/** Correlation at half size below which a closer look cannot make two pictures the same part. */
const worthwhile = 0.25
/** Pictures whose preparation is kept, 38 KB each. */
const kept = 2048
/** Pictures whose own structure is kept, 4 KB each: of more pictures it is worked out anew, in 0.15 ms. */
const keptOwn = 32_768

/** @param contrasts - Local contrast of every picture, [count, 64, 64]. */
export function createLikeness(
  contrasts: Int8Array,
  { means, looks, placements }: CommonStructure,
): Likeness {
  const area = side * side
  const count = contrasts.length / area
  const pictures = remember(kept, (i: number) => movingPicture(contrasts.subarray(i * area, (i + 1) * area)))
  const owns = remember(keptOwn, (i: number): Int8Array => {
    const placement = placements[i]
    if (!placement) return contrasts.subarray(i * area, (i + 1) * area)
    return ownStructure(pictures(i).full, means[looks[i]!]!, placement)
  })
  let current = -1
  let fixed: FixedPicture
  return {
    count,
    between(i, j) {
      if (i !== current) fixed = fixedPicture(pictures(i))
      current = i
      const { placement, correlation } = align(fixed, pictures(j), worthwhile)
      if (correlation < worthwhile) return correlation
      return correlationUnder(owns(i), owns(j), placement)
    },
  }
}

const moved = new Float32Array(side * side)
const moving = new Float32Array(side * side)

function correlationUnder(
  fixed: Int8Array,
  other: Int8Array,
  placement: Parameters<typeof placedWindow>[0],
): number {
  const window = placedWindow(placement, side)
  moving.set(other)
  place(moving, placement, side, window, moved)
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0]
  for (let y = window.top; y < window.bottom; y++) {
    for (let at = y * side + window.left; at < y * side + window.right; at++) {
      const p = fixed[at]!
      const q = moved[at]!
      a += p
      b += q
      aa += p * p
      bb += q * q
      ab += p * q
    }
  }
  const n = Math.max(1, (window.right - window.left) * (window.bottom - window.top))
  return correlationOf(n, a, b, aa, bb, ab)
}

/** Keeps the values of a function, the last `most` of them. */
function remember<T>(most: number, make: (key: number) => T): (key: number) => T {
  const values = new Map<number, T>()
  return (key) => {
    const found = values.get(key)
    if (found !== undefined) return found
    const made = make(key)
    const [oldest] = values.keys()
    if (oldest !== undefined && values.size >= most) values.delete(oldest)
    values.set(key, made)
    return made
  }
}
