/** Small made-up surfaces, photographed: what tests of likeness look at. */

import { createRandom, type Random } from '../../../src/math/random.ts'
import { side } from '../../../src/parts/likeness/local-contrast.ts'

/** Grey level of a surface at any place; x and y in pixels of a thumbnail. */
export type Surface = (x: number, y: number) => number

/** Waves of random direction, length and phase: a surface of its own for each seed. */
export function randomSurface(random: Random, waves = 40): Surface {
  const parts = Array.from({ length: waves }, () => {
    const angle = 2 * Math.PI * random.uniform()
    const length = 5 + 10 * random.uniform()
    return {
      kx: (2 * Math.PI * Math.cos(angle)) / length,
      ky: (2 * Math.PI * Math.sin(angle)) / length,
      phase: 2 * Math.PI * random.uniform(),
    }
  })
  return (x, y) =>
    parts.reduce((sum, { kx, ky, phase }) => sum + Math.sin(kx * x + ky * y + phase), 0) / Math.sqrt(waves)
}

export interface Shot {
  readonly gain?: number
  readonly offset?: number
  readonly noise?: number
  readonly scale?: number
  readonly shiftX?: number
  readonly shiftY?: number
}

export function photograph(
  surface: Surface,
  { gain = 30, offset = 110, noise = 2, scale = 1, shiftX = 0, shiftY = 0 }: Shot,
  random: Random = createRandom(0),
): Uint8Array {
  const centre = (side - 1) / 2
  return Uint8Array.from({ length: side * side }, (_, at) => {
    const x = ((at % side) - centre) * scale + centre + shiftX
    const y = (Math.floor(at / side) - centre) * scale + centre + shiftY
    return Math.max(0, Math.min(255, Math.round(offset + gain * surface(x, y) + noise * random.normal())))
  })
}
