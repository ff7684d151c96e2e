/** The smallest upright rectangle around the pixels inside a mask. */

export interface TightBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * @param mask - [height, width], row-major; anything but 0 is inside.
 * @returns Whole pixels; null where nothing is inside.
 */
export function tightBox(mask: Uint8Array, width: number, height: number): TightBox | null {
  let left = width
  let right = -1
  let top = -1
  let bottom = -1
  for (let y = 0; y < height; y++) {
    const row = y * width
    let first = 0
    while (first < width && mask[row + first] === 0) first++
    if (first === width) continue
    let last = width - 1
    while (mask[row + last] === 0) last--
    if (first < left) left = first
    if (last > right) right = last
    if (top < 0) top = y
    bottom = y
  }
  if (top < 0) return null
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}
