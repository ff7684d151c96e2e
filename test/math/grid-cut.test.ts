import { describe, expect, it } from 'vitest'
import { type GridCosts, gridCut } from '../../src/math/grid-cut.ts'
import fc from '../fast-check.ts'

/** What a labelling costs, up to a constant. */
function costOf(costs: GridCosts, inside: ArrayLike<number>): number {
  const { width, height } = costs
  let sum = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      if (inside[at] === 0) sum += costs.preference[at]!
      const pairs = [
        [x + 1, y, costs.right],
        [x, y + 1, costs.down],
        [x + 1, y + 1, costs.downRight],
        [x - 1, y + 1, costs.downLeft],
      ] as const
      for (const [nx, ny, weights] of pairs) {
        if (nx < 0 || nx >= width || ny >= height) continue
        if (inside[at] !== inside[ny * width + nx]) sum += weights[at]!
      }
    }
  }
  return sum
}

/** The slow twin: every labelling is tried. */
function leastCost(costs: GridCosts): number {
  const pixels = costs.width * costs.height
  let least = Number.POSITIVE_INFINITY
  for (let code = 0; code < 2 ** pixels; code++) {
    const inside = Uint8Array.from({ length: pixels }, (_, i) => (code >> i) & 1)
    least = Math.min(least, costOf(costs, inside))
  }
  return least
}

const grids = (widest: number, highest: number): fc.Arbitrary<GridCosts> =>
  fc
    .tuple(fc.integer({ min: 1, max: widest }), fc.integer({ min: 1, max: highest }))
    .chain(([width, height]) => {
      const pixels = width * height
      const whole = (min: number, max: number) =>
        fc
          .array(fc.integer({ min, max }), { minLength: pixels, maxLength: pixels })
          .map((values) => Int32Array.from(values))
      return fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        preference: whole(-12, 12),
        right: whole(0, 6),
        down: whole(0, 6),
        downRight: whole(0, 6),
        downLeft: whole(0, 6),
      })
    })

describe('gridCut', () => {
  it('costs no more than the best of all labellings', () => {
    fc.assert(
      fc.property(grids(4, 3), (costs) => {
        expect(costOf(costs, gridCut(costs))).toBe(leastCost(costs))
      }),
      { numRuns: 150 },
    )
  })

  it('cannot be improved by changing a rectangle, on larger grids', () => {
    fc.assert(
      fc.property(grids(24, 24), fc.nat(), (costs, seed) => {
        const { width, height } = costs
        const inside = gridCut(costs)
        const least = costOf(costs, inside)
        const x = seed % width
        const y = (seed >> 5) % height
        for (const label of [0, 1]) {
          for (const side of [1, 2, 5]) {
            const changed = inside.slice()
            for (let row = y; row < Math.min(height, y + side); row++) {
              changed.fill(label, row * width + x, row * width + Math.min(width, x + side))
            }
            expect(costOf(costs, changed)).toBeGreaterThanOrEqual(least)
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('takes the smaller inside where two labellings cost the same', () => {
    const zero = new Int32Array(4)
    const preference = Int32Array.of(5, 0, 0, -5)
    const costs = { width: 4, height: 1, preference, right: Int32Array.of(2, 2, 2, 0) }
    expect([...gridCut({ ...costs, down: zero, downRight: zero, downLeft: zero })]).toEqual([1, 0, 0, 0])
  })

  it('leaves everything outside where nothing speaks for inside', () => {
    const zero = new Int32Array(6)
    const costs = { width: 3, height: 2, preference: zero, right: zero, down: zero }
    expect([...gridCut({ ...costs, downRight: zero, downLeft: zero })]).toEqual([0, 0, 0, 0, 0, 0])
  })
})
