/** The contours of a mask as SVG path data: sharp at any size, a few hundred bytes, no pixels. */
import type { Mask } from '../image/image.ts'

const steps = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const // east, south, west, north; y grows downwards

/**
 * Walks every boundary between inside and outside once, inside to the right hand, through the middles of the pixel edges,
 * so that diagonals are diagonal. Regions that touch at a corner only stay apart (4-connected inside).
 *
 * @returns Closed subpaths in pixel coordinates (0,0 is the upper left corner of the first pixel); '' for an empty mask.
 * Cost: O(pixels).
 */
export function maskPath(mask: Mask): string {
  const { width, height, data } = mask
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1
  // One bit per direction for each boundary edge that starts at a corner of the grid and is not yet walked.
  const open = new Uint8Array((width + 1) * (height + 1))
  const corner = (x: number, y: number): number => y * (width + 1) + x
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue
      if (!inside(x, y - 1)) open[corner(x, y)]! |= 1
      if (!inside(x + 1, y)) open[corner(x + 1, y)]! |= 2
      if (!inside(x, y + 1)) open[corner(x + 1, y + 1)]! |= 4
      if (!inside(x - 1, y)) open[corner(x, y + 1)]! |= 8
    }
  }
  let path = ''
  for (let start = 0; start < open.length; start++) {
    while (open[start] !== 0) path += walk(open, start, width + 1)
  }
  return path
}

function walk(open: Uint8Array, start: number, stride: number): string {
  let at = start
  let direction = lowestBit(open[at]!)
  const points: [number, number][] = []
  do {
    open[at]! &= ~(1 << direction)
    const [dx, dy] = steps[direction]!
    points.push([(at % stride) + dx / 2, Math.floor(at / stride) + dy / 2])
    at += dx + dy * stride
    const bits = open[at]!
    const right = (direction + 1) % 4 // preferred where two regions touch
    if (bits !== 0) direction = bits & (1 << right) ? right : lowestBit(bits)
  } while (at !== start || open[at]! & (1 << direction))
  return `${points
    .filter((point, i) => !between(points, i, point))
    .map(command)
    .join('')}Z`
}

const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits)
const command = ([x, y]: readonly [number, number], i: number): string => `${i === 0 ? 'M' : 'L'}${x} ${y}`

/** True where a point lies on the straight line between its neighbours. */
function between(
  points: readonly (readonly [number, number])[],
  i: number,
  [x, y]: readonly [number, number],
): boolean {
  const [ax, ay] = points[(i + points.length - 1) % points.length]!
  const [bx, by] = points[(i + 1) % points.length]!
  return (x - ax) * (by - y) === (y - ay) * (bx - x)
}
