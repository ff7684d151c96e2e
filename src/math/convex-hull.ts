/** Area of the convex hull of the pixels inside a mask: what solidity is measured against. */

/**
 * Pixels count as unit squares, so that a full rectangle is its own hull.
 *
 * @param mask - [height, width], row-major; anything but 0 is inside.
 * @returns Area in pixels; 0 where nothing is inside.
 * Source: Andrew 1979, "Another efficient algorithm for convex hulls in two dimensions" (monotone chain), over the ends of rows.
 * Cost: O(width x height).
 */
export function convexHullArea(mask: Uint8Array, width: number, height: number): number {
  // Corners of the first and last pixel of every row, top to bottom: already sorted by y.
  const left: Corner[] = []
  const right: Corner[] = []
  for (let y = 0; y < height; y++) {
    const row = y * width
    let first = 0
    while (first < width && mask[row + first] === 0) first++
    if (first === width) continue
    let last = width - 1
    while (mask[row + last] === 0) last--
    for (const edge of [y, y + 1]) {
      push(left, [first, edge], -1)
      push(right, [last + 1, edge], 1)
    }
  }
  const outline = [...left, ...right.reverse()]
  let twice = 0
  for (let i = 0; i < outline.length; i++) {
    const [ax, ay] = outline[i]!
    const [bx, by] = outline[(i + 1) % outline.length]!
    twice += ax * by - bx * ay
  }
  return Math.abs(twice) / 2
}

type Corner = readonly [x: number, y: number]

/** Adds a corner to one side of the hull and drops those that it makes concave. */
function push(chain: Corner[], corner: Corner, side: 1 | -1): void {
  while (chain.length >= 2) {
    const [ax, ay] = chain[chain.length - 2]!
    const [bx, by] = chain[chain.length - 1]!
    const turn = (bx - ax) * (corner[1] - ay) - (by - ay) * (corner[0] - ax)
    if (side * turn > 0) break
    chain.pop()
  }
  chain.push(corner)
}
