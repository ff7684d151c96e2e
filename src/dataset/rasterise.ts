/** Shapes to pixels: a pixel is inside where its centre is. */
import type { Mask, Size } from '../image/image.ts'
import { lastOf } from '../present.ts'
import type { DrawnShape, Point } from './labelme.ts'

/**
 * The union of the shapes; polygons by the even-odd rule, so that a polygon crossing itself has holes. Shapes may reach beyond
 * the image.
 *
 * Cost: O(height x points) a polygon, and its pixels.
 */
export function rasterise(shapes: readonly DrawnShape[], { width, height }: Size): Mask {
  const data = new Uint8Array(width * height)
  const fillRow = (y: number, from: number, to: number): void => {
    const start = Math.max(0, Math.ceil(from - 0.5)) // first pixel whose centre is not left of `from`
    const end = Math.min(width, Math.ceil(to - 0.5))
    if (end > start) data.fill(1, y * width + start, y * width + end)
  }
  const rows = (top: number, bottom: number): [number, number] => [
    Math.max(0, Math.ceil(top - 0.5)),
    Math.min(height, Math.ceil(bottom - 0.5)),
  ]
  for (const shape of shapes) {
    if (shape.type === 'polygon') {
      const heights = shape.points.map(([, y]) => y)
      const [first, end] = rows(heights.reduce(smaller), heights.reduce(larger))
      for (let y = first; y < end; y++) {
        const crossings = crossingsAt(shape.points, y + 0.5)
        for (let i = 0; i + 1 < crossings.length; i += 2) fillRow(y, crossings[i]!, crossings[i + 1]!)
      }
    } else if (shape.type === 'rectangle') {
      const [[ax, ay], [bx, by]] = shape.corners
      const [first, end] = rows(Math.min(ay, by), Math.max(ay, by))
      for (let y = first; y < end; y++) fillRow(y, Math.min(ax, bx), Math.max(ax, bx))
    } else {
      const { centre, radius } = shape
      const [first, end] = rows(centre[1] - radius, centre[1] + radius)
      for (let y = first; y < end; y++) {
        const reach = Math.sqrt(Math.max(0, radius ** 2 - (y + 0.5 - centre[1]) ** 2))
        fillRow(y, centre[0] - reach, centre[0] + reach)
      }
    }
  }
  return { width, height, data }
}

const smaller = (a: number, b: number): number => Math.min(a, b)
const larger = (a: number, b: number): number => Math.max(a, b)

/** Where the outline crosses a height, from left to right; an even number. An edge owns its upper end, not its lower. */
function crossingsAt(points: readonly Point[], height: number): number[] {
  const crossings: number[] = []
  let [previousX, previousY] = lastOf(points)
  for (const [x, y] of points) {
    if (y > height !== previousY > height) {
      crossings.push(((previousX - x) * (height - y)) / (previousY - y) + x)
    }
    previousX = x
    previousY = y
  }
  return crossings.sort((a, b) => a - b)
}
