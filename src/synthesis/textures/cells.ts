/** Scattered points and the cells around them (Worley 1996): cracks, pebbles, crystals, speckles. */
import type { Random } from '../../math/random.ts'
import { drawTable } from './noise.ts'
import type { Plane } from './plane.ts'

export interface Cells {
  readonly nearest: Float64Array // distance to the nearest point, periods, 0..about 1.2
  readonly second: Float64Array // to the second nearest
  readonly number: Uint8Array // of the nearest point, 0..255
}

/**
 * Looks at the nine squares around a place, which hold the nearest point but for rare cases that cannot be seen.
 *
 * @param jitter - 0 puts each point in the middle of its square of one period, 1 anywhere in it.
 */
export function scatterCells({ u, v }: Plane, jitter: number, random: Random): Cells {
  const table = drawTable(random)
  const placesX = Float64Array.from({ length: 256 }, () => 0.5 + jitter * (random.uniform() - 0.5))
  const placesY = Float64Array.from({ length: 256 }, () => 0.5 + jitter * (random.uniform() - 0.5))
  const nearest = new Float64Array(u.length)
  const second = new Float64Array(u.length)
  const number = new Uint8Array(u.length)
  for (let i = 0; i < u.length; i++) {
    const column = Math.floor(u[i]!)
    const row = Math.floor(v[i]!)
    const x = u[i]! - column
    const y = v[i]! - row
    let best = Infinity
    let next = Infinity
    let which = 0
    for (let dx = -1; dx <= 1; dx++) {
      const start = table[(column + dx) & 255]!
      for (let dy = -1; dy <= 1; dy++) {
        const point = table[start + ((row + dy) & 255)]!
        const across = dx + placesX[point]! - x
        const down = dy + placesY[point]! - y
        const square = across * across + down * down
        if (square < best) {
          next = best
          best = square
          which = point
        } else if (square < next) next = square
      }
    }
    nearest[i] = Math.sqrt(best)
    second[i] = Math.sqrt(next)
    number[i] = which
  }
  return { nearest, second, number }
}
