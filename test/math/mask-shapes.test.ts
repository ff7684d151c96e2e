/** Box, axis, hull and holes of masks, against slow twins and shapes whose answer is known. */

import { describe, expect, it } from 'vitest'
import { convexHullArea } from '../../src/math/convex-hull.ts'
import { fillHolesInPlace, findHoles } from '../../src/math/fill-holes.ts'
import { principalAxis } from '../../src/math/principal-axis.ts'
import { tightBox } from '../../src/math/tight-box.ts'
import fc from '../fast-check.ts'

const masks = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      data: fc
        .array(fc.constantFrom(0, 0, 1), { minLength: width * height, maxLength: width * height })
        .map((bits) => Uint8Array.from(bits)),
    }),
  )

/** A mask from lines of `#` and `.`. */
function draw(...lines: string[]): { data: Uint8Array; width: number; height: number } {
  const data = Uint8Array.from(lines.join(''), (mark) => (mark === '#' ? 1 : 0))
  return { data, width: lines[0]!.length, height: lines.length }
}

/** A mask of whatever satisfies a condition at pixel centres. */
function fill(width: number, height: number, isInside: (x: number, y: number) => boolean) {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    isInside((i % width) + 0.5, Math.floor(i / width) + 0.5) ? 1 : 0,
  )
  return { data, width, height }
}

const inside = ({ data, width }: { data: Uint8Array; width: number }): [number, number][] =>
  [...data].flatMap((bit, i) => (bit ? [[i % width, Math.floor(i / width)] as [number, number]] : []))

describe('tightBox', () => {
  it('is the extent of the pixels inside', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const points = inside(mask)
        const box = tightBox(mask.data, mask.width, mask.height)
        if (points.length === 0) return box === null
        const xs = points.map(([x]) => x)
        const ys = points.map(([, y]) => y)
        const [x, y] = [Math.min(...xs), Math.min(...ys)]
        expect(box).toEqual({ x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 })
        return true
      }),
    )
  })
})

describe('convexHullArea', () => {
  it('is that of a gift wrapping of the corners of all pixels', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const corners = inside(mask).flatMap(([x, y]) => [
          [x, y],
          [x + 1, y],
          [x, y + 1],
          [x + 1, y + 1],
        ])
        expect(convexHullArea(mask.data, mask.width, mask.height)).toBeCloseTo(wrappedArea(corners), 9)
      }),
    )
  })
})

/** Gift wrapping, O(n h): from the lowest corner, always the most clockwise next one. */
function wrappedArea(points: readonly (readonly number[])[]): number {
  if (points.length === 0) return 0
  const start = points.reduce((a, b) => (b[1]! < a[1]! || (b[1] === a[1] && b[0]! < a[0]!) ? b : a))
  const outline = [start]
  for (;;) {
    const from = outline.at(-1)!
    const next = points.reduce(
      (best, point) => {
        const turn =
          (best[0]! - from[0]!) * (point[1]! - from[1]!) - (best[1]! - from[1]!) * (point[0]! - from[0]!)
        const farther =
          Math.hypot(point[0]! - from[0]!, point[1]! - from[1]!) >
          Math.hypot(best[0]! - from[0]!, best[1]! - from[1]!)
        return turn < 0 || (turn === 0 && farther) ? point : best
      },
      from === points[0] ? points.at(-1)! : points[0]!,
    )
    if (next[0] === start[0] && next[1] === start[1]) break
    outline.push(next)
  }
  return (
    Math.abs(
      outline.reduce((sum, [x, y], i) => {
        const [nx, ny] = outline[(i + 1) % outline.length]!
        return sum + x! * ny! - nx! * y!
      }, 0),
    ) / 2
  )
}

describe('principalAxis', () => {
  it.each([-80, -45, -10, 0, 10, 45, 80, 90])('finds the lean of a bar at %d degrees', (degrees) => {
    const [ux, uy] = [Math.sin((degrees * Math.PI) / 180), -Math.cos((degrees * Math.PI) / 180)]
    const bar = fill(121, 121, (x, y) => {
      const [dx, dy] = [x - 60.5, y - 60.5]
      return Math.abs(dx * ux + dy * uy) < 44.7 && Math.abs(dx * uy - dy * ux) < 8.7
    })
    const axis = principalAxis(bar.data, 121, 121)!
    expect((axis.lean * 180) / Math.PI).toBeCloseTo(degrees, 0)
    expect(Math.abs(axis.elongation - 5.2)).toBeLessThan(0.2)
    expect(axis.x).toBeCloseTo(60.5, 6)
    expect(axis.skew).toBeCloseTo(0, 6)
  })

  it('says at which end the mass is', () => {
    const low = fill(40, 80, (x, y) => Math.abs(x - 20) < y / 5)
    expect(principalAxis(low.data, 40, 80)!.skew).toBeGreaterThan(0.3)
    const high = { ...low, data: low.data.slice().reverse() }
    expect(principalAxis(high.data, 40, 80)!.skew).toBeLessThan(-0.3)
  })

  it('copes with nothing, one pixel and a line', () => {
    expect(principalAxis(new Uint8Array(4), 2, 2)).toBeNull()
    expect(principalAxis(Uint8Array.of(0, 1), 2, 1)).toEqual({
      x: 1.5,
      y: 0.5,
      lean: Math.PI / 2,
      elongation: 1,
      skew: 0,
    })
    expect(principalAxis(Uint8Array.of(1, 1), 1, 2)!.elongation).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('holes', () => {
  it('are what does not reach the border across edges', () => {
    const { data, width, height } = draw('#####', '#.#.#', '##.##', '#.###', '##.##')
    expect(findHoles(data, width, height).areas).toEqual([1, 1, 1, 1])
    expect(fillHolesInPlace(data, width, height, 1)).toBe(4)
    expect(data.filter((bit) => bit === 0)).toHaveLength(1) // the one at the lower border stays open
  })

  it('stay where they are larger than asked', () => {
    const { data, width, height } = draw('#####', '#..##', '####.', '#####')
    const before = data.slice()
    expect(fillHolesInPlace(data, width, height, 1)).toBe(0)
    expect(data).toEqual(before)
  })
})
