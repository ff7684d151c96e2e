/** A mask grown by some pixels in all directions. */

/**
 * Every pixel within `radius` of one inside, across and down alike (a square is the structuring element).
 *
 * @param data - 0 or 1, [height, width]. @param radius - Whole pixels, >= 0. @returns A new array, 0 or 1.
 * Cost: O(pixels), whatever the radius. Checked against: a look at every neighbour.
 */
export function growMask(data: ArrayLike<number>, width: number, height: number, radius: number): Uint8Array {
  const across = growLines(Uint8Array.from(data), width, height, 1, width, radius)
  return growLines(across, height, width, width, 1, radius)
}

/** Along lines of `length` pixels `step` apart; `lines` of them, `pitch` apart. */
function growLines(
  data: Uint8Array,
  length: number,
  lines: number,
  step: number,
  pitch: number,
  radius: number,
): Uint8Array {
  const out = new Uint8Array(data.length)
  for (let line = 0; line < lines; line++) {
    const start = line * pitch
    let inside = 0 // pixels inside the window
    for (let i = 0; i < Math.min(radius, length); i++) inside += data[start + i * step]!
    for (let i = 0; i < length; i++) {
      if (i + radius < length) inside += data[start + (i + radius) * step]!
      if (i - radius - 1 >= 0) inside -= data[start + (i - radius - 1) * step]!
      if (inside > 0) out[start + i * step] = 1
    }
  }
  return out
}
