/** What every family of textures is, and the small functions that their patterns are written with. */
import type { Random } from '../../math/random.ts'
import type { Layers } from './paint.ts'
import type { Plane } from './plane.ts'

export type Pattern = (plane: Plane, random: Random) => Layers

export const between = (random: Random, low: number, high: number): number =>
  low + (high - low) * random.uniform()

/** Between, with equal chances for equal ratios. */
export const ratioBetween = (random: Random, low: number, high: number): number =>
  low * (high / low) ** random.uniform()

export const fraction = (x: number): number => x - Math.floor(x)

/** 0 up to `from`, 1 beyond `to`, smooth between. */
export function smoothStep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)))
  return t * t * (3 - 2 * t)
}

/** Distance from the middle between two whole numbers, 0..0.5. */
export const fromMiddle = (x: number): number => Math.abs(x - Math.floor(x) - 0.5)
