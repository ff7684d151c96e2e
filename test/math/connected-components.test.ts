import { describe, expect, it } from 'vitest'
import { connectedComponents } from '../../src/math/connected-components.ts'
import fc from '../fast-check.ts'

function parse(picture: readonly string[]) {
  const mask = Uint8Array.from(picture.join(''), (char) => (char === '#' ? 1 : 0))
  return { mask, width: picture[0]!.length, height: picture.length }
}

/** Flood fill from each pixel not yet reached, in row-major order. */
function floodFill(mask: Uint8Array, width: number, height: number, connectivity: 4 | 8) {
  const labels = new Int32Array(mask.length)
  const areas: number[] = []
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] === 0 || labels[start] !== 0) continue
    areas.push(0)
    const open = [start]
    labels[start] = areas.length
    while (open.length > 0) {
      const at = open.pop()!
      areas[areas.length - 1]!++
      const [x, y] = [at % width, Math.floor(at / width)]
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if (connectivity === 4 && dx !== 0 && dy !== 0) continue
          const [nx, ny] = [x + dx, y + dy]
          if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue
          const next = ny * width + nx
          if (mask[next] === 0 || labels[next] !== 0) continue
          labels[next] = areas.length
          open.push(next)
        }
      }
    }
  }
  return { labels, areas }
}

describe('connectedComponents', () => {
  const { mask, width, height } = parse(['#..#.', '.#..#', '.....', '#.#..', '###..'])

  it('joins corners with 8 neighbours, and not with 4', () => {
    expect(connectedComponents(mask, width, height)).toEqual({
      labels: Int32Array.of(1, 0, 0, 2, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 3, 0, 0, 3, 3, 3, 0, 0),
      areas: Int32Array.of(2, 2, 5),
      count: 3,
    })
    expect([...connectedComponents(mask, width, height, 4).areas]).toEqual([1, 1, 1, 1, 5])
  })
  it('does not join the ends of neighbouring rows', () => {
    const edge = parse(['..#', '#..'])
    expect(connectedComponents(edge.mask, 3, 2).count).toBe(2)
  })
  it('finds one region in a spiral, whose arms meet late', () => {
    const spiral = parse([
      '#######',
      '......#',
      '#####.#',
      '#...#.#',
      '#.#...#',
      '#.#####',
      '#......',
      '#######',
    ])
    expect(connectedComponents(spiral.mask, 7, 8, 4).count).toBe(2)
    expect(connectedComponents(spiral.mask, 7, 8, 8).count).toBe(2)
    const comb = parse(['#.#.#.#', '#.#.#.#', '#######'])
    expect([...connectedComponents(comb.mask, 7, 3, 4).areas]).toEqual([15])
  })
  it('takes any value but 0 for inside, and empty masks', () => {
    expect([...connectedComponents(Uint8Array.of(255, 7, 0), 3, 1).areas]).toEqual([2])
    expect(connectedComponents(new Uint8Array(6), 3, 2).count).toBe(0)
    expect(connectedComponents(new Uint8Array(0), 0, 0).count).toBe(0)
    expect(() => connectedComponents(new Uint8Array(5), 3, 2)).toThrow(/expected 3 x 2 pixels, got 5/)
  })
  it('equals a flood fill', () => {
    const pictures = fc
      .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }))
      .chain(([w, h]) =>
        fc.record({
          w: fc.constant(w),
          pixels: fc.array(fc.constantFrom(0, 1, 1), { minLength: w * h, maxLength: w * h }),
        }),
      )
    fc.assert(
      fc.property(pictures, fc.constantFrom(4 as const, 8 as const), ({ w, pixels }, connectivity) => {
        const mask = Uint8Array.from(pixels)
        const height = mask.length / w
        const { labels, areas, count } = connectedComponents(mask, w, height, connectivity)
        const wanted = floodFill(mask, w, height, connectivity)
        expect(labels).toEqual(wanted.labels)
        expect([...areas]).toEqual(wanted.areas)
        expect(count).toBe(wanted.areas.length)
      }),
      { numRuns: 300 },
    )
  })
})
