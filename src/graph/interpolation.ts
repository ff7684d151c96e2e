/** Which positions of an axis each position of a resized one is mixed from, and with what weights. */
import type { ResizeMode } from './ops-image.ts'

export type Shares = readonly (readonly [position: number, weight: number])[]

/** Of `from` positions, for each of the `to` that `resize` makes of them. Weights sum to 1. */
export function resizeSources(mode: ResizeMode, from: number, to: number): (i: number) => Shares {
  if (mode === 'nearest') return (i) => [[Math.min(from - 1, Math.floor((i * from) / to)), 1]]
  return (i) => {
    const centre = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5))
    const below = Math.floor(centre)
    return [
      [below, 1 - (centre - below)],
      [Math.min(from - 1, below + 1), centre - below],
    ]
  }
}
