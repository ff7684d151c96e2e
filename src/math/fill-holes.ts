/** Holes of a binary mask: regions outside that the inside encloses. */
import { connectedComponents } from './connected-components.ts'

/** A hole is a region of outside pixels that do not reach the border of the picture across edges. */
export interface Holes {
  /** [height, width], 0 elsewhere, 1..count in a hole. */
  readonly labels: Int32Array
  readonly areas: readonly number[]
}

/** @param mask - [height, width], row-major; anything but 0 is inside. */
export function findHoles(mask: Uint8Array, width: number, height: number): Holes {
  const outside = new Uint8Array(mask.length)
  for (let i = 0; i < mask.length; i++) if (mask[i] === 0) outside[i] = 1
  const { labels, areas, count } = connectedComponents(outside, width, height, 4)
  const isOpen = new Uint8Array(count + 1)
  for (let x = 0; x < width; x++) {
    isOpen[labels[x]!] = 1
    isOpen[labels[(height - 1) * width + x]!] = 1
  }
  for (let y = 0; y < height; y++) {
    isOpen[labels[y * width]!] = 1
    isOpen[labels[y * width + width - 1]!] = 1
  }
  const renumbered = new Int32Array(count + 1)
  const kept: number[] = []
  for (let label = 1; label <= count; label++) {
    if (isOpen[label] === 0) renumbered[label] = kept.push(areas[label - 1]!)
  }
  if (kept.length === 0) labels.fill(0)
  else for (let i = 0; i < labels.length; i++) labels[i] = renumbered[labels[i]!]!
  return { labels, areas: kept }
}

/** Fills the holes of at most `most` pixels, in place. @returns How many were filled. */
export function fillHolesInPlace(mask: Uint8Array, width: number, height: number, most: number): number {
  const { labels, areas } = findHoles(mask, width, height)
  if (areas.length === 0) return 0
  for (let i = 0; i < mask.length; i++) {
    if (labels[i]! > 0 && areas[labels[i]! - 1]! <= most) mask[i] = 1
  }
  return areas.filter((area) => area <= most).length
}
