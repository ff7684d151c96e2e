/** What a mask is like, in numbers and as a small silhouette: for the record, and to see which masks are unlike the others. */

import { cutRect } from '../image/cut-tiles.ts'
import type { Mask, Rect } from '../image/image.ts'
import { connectedComponents } from '../math/connected-components.ts'
import { convexHullArea } from '../math/convex-hull.ts'
import { findHoles } from '../math/fill-holes.ts'
import { tightBox } from '../math/tight-box.ts'
import { present } from '../present.ts'

export interface MaskFacts {
  readonly box: Rect
  /** Pixels inside. */
  readonly pixels: number
  /** Share of the outline that lies on the border of the picture, 0..1. */
  readonly border: number
  /** Pieces and holes of at least a thousandth of the object. */
  readonly pieces: number
  readonly holes: number
  /** Area by that of the convex hull, 0..1. */
  readonly solidity: number
  /** [side, side] share of each square of the box that is inside, 0..255; the box fills the middle, its shape kept. */
  readonly silhouette: Uint8Array
}

/** Squares along the side of a silhouette. */
export const silhouetteSide = 24

/** @param mask - Not empty. Cost: a few passes over the mask. */
export function measureMask(mask: Mask): MaskFacts {
  const { width, height, data } = mask
  const box = present(tightBox(data, width, height), 'a mask that is not empty')
  const object = cutRect(mask, box) // outside its box an object has neither pieces nor holes
  let pixels = 0
  let outline = 0
  let onBorder = 0
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let x = box.x, i = y * width + box.x; x < box.x + box.width; x++, i++) {
      if (data[i] === 0) continue
      pixels++
      const atBorder = x === 0 || y === 0 || x === width - 1 || y === height - 1
      if (atBorder) onBorder++
      if (atBorder || !(data[i - 1] && data[i + 1] && data[i - width] && data[i + width])) outline++
    }
  }
  const least = pixels / 1000
  const count = (areas: Iterable<number>): number => [...areas].filter((area) => area >= least).length
  return {
    box,
    pixels,
    border: onBorder / outline,
    pieces: count(connectedComponents(object.data, box.width, box.height, 8).areas),
    holes: count(findHoles(object.data, box.width, box.height).areas),
    solidity: Math.min(1, pixels / convexHullArea(object.data, box.width, box.height)),
    silhouette: silhouetteOf(data, width, box),
  }
}

function silhouetteOf(data: Uint8Array, width: number, box: Rect): Uint8Array {
  const side = Math.max(box.width, box.height)
  const left = box.x - (side - box.width) / 2
  const top = box.y - (side - box.height) / 2
  const sums = new Float64Array(silhouetteSide ** 2)
  const square = side / silhouetteSide
  const columns = Array.from({ length: box.width }, (_, i) =>
    sharesOf((box.x + i - left) / square, (box.x + i + 1 - left) / square),
  )
  const line = new Float64Array(silhouetteSide)
  for (let y = box.y; y < box.y + box.height; y++) {
    line.fill(0)
    for (let x = 0, i = y * width + box.x; x < box.width; x++, i++) {
      if (data[i] === 0) continue
      for (const pair of columns[x]!) line[pair[0]]! += pair[1]
    }
    for (const [row, down] of sharesOf((y - top) / square, (y + 1 - top) / square))
      for (let col = 0; col < silhouetteSide; col++) sums[row * silhouetteSide + col]! += down * line[col]!
  }
  return Uint8Array.from(sums, (sum) => Math.round(255 * Math.min(1, sum)))
}

/** Which squares a stretch covers, and how much of each; a picture finer than its silhouette touches one or two. */
function sharesOf(from: number, to: number): readonly (readonly [index: number, share: number])[] {
  const first = Math.floor(from)
  if (to <= first + 1) return first < silhouetteSide ? [[first, to - from]] : []
  const shares: [number, number][] = []
  for (let i = first; i < Math.min(silhouetteSide, Math.ceil(to)); i++) {
    shares.push([i, Math.min(to, i + 1) - Math.max(from, i)])
  }
  return shares
}

/** 1 - IoU of two silhouettes as fuzzy sets, 0..1. */
export function silhouetteDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let both = 0
  let either = 0
  for (let i = 0; i < a.length; i++) {
    both += Math.min(a[i]!, b[i]!)
    either += Math.max(a[i]!, b[i]!)
  }
  return either === 0 ? 0 : 1 - both / either
}
