/** Every family of embedded textures, and the range it is drawn from. */
import type { Pattern } from './pattern.ts'
import { bubbles, cracks, crystals, pebbles, speckles } from './patterns-cells.ts'
import { hatching, maze, plaid, stripes, whirl, zigzag } from './patterns-lines.ts'
import {
  bark,
  brushed,
  clouds,
  gradient,
  marble,
  ripples,
  rust,
  stains,
  veins,
  wood,
} from './patterns-noise.ts'
import { bricks, checks, dots, honeycomb, knit, mesh, scales, weave, writing } from './patterns-tiles.ts'

export interface Family {
  readonly name: string
  readonly pattern: Pattern
  /** Smallest and largest period, pixels of a texture whose shorter side is 256. */
  readonly period: readonly [number, number]
  /** Largest warp, periods; a texture is warped at all in half of the cases. */
  readonly warp: number
  /** Largest stretch of the period along against across. */
  readonly stretch: number
  /** Largest relief. */
  readonly relief: number
}

function family(
  name: string,
  pattern: Pattern,
  period: readonly [number, number],
  { warp = 0.3, stretch = 1.5, relief = 0.5 } = {},
): Family {
  return { name, pattern, period, warp, stretch, relief }
}

export const families: readonly Family[] = [
  family('bark', bark, [12, 50], { stretch: 2, relief: 3 }),
  family('bricks', bricks, [14, 60], { warp: 0.08 }),
  family('brushed', brushed, [3, 14], { warp: 1.5, relief: 1.5 }),
  family('bubbles', bubbles, [10, 50]),
  family('checks', checks, [6, 50], { warp: 0.2 }),
  family('clouds', clouds, [20, 150], { stretch: 4, relief: 6 }),
  family('cracks', cracks, [16, 80], { relief: 1 }),
  family('crystals', crystals, [10, 70]),
  family('dots', dots, [8, 50], { warp: 0.2 }),
  family('gradient', gradient, [180, 350], { warp: 0 }),
  family('hatching', hatching, [4, 14], { warp: 0.5 }),
  family('honeycomb', honeycomb, [12, 60], { warp: 0.15 }),
  family('knit', knit, [10, 36], { warp: 0.25, stretch: 1.3 }),
  family('marble', marble, [40, 200], { stretch: 3 }),
  family('maze', maze, [10, 44]),
  family('mesh', mesh, [7, 40], { warp: 0.25 }),
  family('pebbles', pebbles, [8, 50]),
  family('plaid', plaid, [40, 130], { warp: 0.03 }),
  family('ripples', ripples, [8, 50], { warp: 0.5 }),
  family('rust', rust, [50, 160], { relief: 1.5 }),
  family('scales', scales, [12, 56], { warp: 0.2 }),
  family('speckles', speckles, [8, 50]),
  family('stains', stains, [30, 150], { stretch: 3 }),
  family('stripes', stripes, [6, 60], { warp: 0.6, stretch: 1 }),
  family('veins', veins, [30, 120], { warp: 0.5, stretch: 2, relief: 2 }),
  family('weave', weave, [4, 26], { warp: 0.3, stretch: 1.3 }),
  family('whirl', whirl, [8, 50], { warp: 0.6, stretch: 1 }),
  family('wood', wood, [20, 70], { stretch: 1, relief: 0.6 }),
  family('writing', writing, [12, 36], { warp: 0.1, stretch: 1.2 }),
  family('zigzag', zigzag, [8, 40], { warp: 0.25 }),
]
