/**
 * Shapes as signed distance fields, millimetres, negative inside, and what they are put together with.
 *
 * Distances may be bounds instead of exact: marching scales its steps by `safeStep`. Combinators after Quilez, "Distance
 * functions".
 */
import type { Vector } from '../render-spec.ts'

export type DistanceField = (x: number, y: number, z: number) => number

/** A box that a shape lies within, mm. */
export interface Box {
  readonly low: Vector
  readonly high: Vector
}

/** Share of the distance that a march may safely go: the fields' gradients stay below 1 / safeStep. */
export const safeStep = 0.85

/** Distance to a box, from the excess over its half extents along each axis. */
export function boxDistance(x: number, y: number, z: number): number {
  const px = Math.max(x, 0)
  const py = Math.max(y, 0)
  const pz = Math.max(z, 0)
  return Math.sqrt(px * px + py * py + pz * pz) + Math.min(Math.max(x, y, z), 0)
}

/** Intersection, rounded over `k` mm. */
export function smoothMax(a: number, b: number, k: number): number {
  const h = k - Math.abs(a - b)
  return Math.max(a, b) + (h > 0 ? (h * h) / (4 * k) : 0)
}

/** Union, rounded over `k` mm. */
export function smoothMin(a: number, b: number, k: number): number {
  const h = k - Math.abs(a - b)
  return Math.min(a, b) - (h > 0 ? (h * h) / (4 * k) : 0)
}

export function unionBox(a: Box, b: Box): Box {
  const pick = (choose: typeof Math.min, end: 'low' | 'high'): Vector => [
    choose(a[end][0], b[end][0]),
    choose(a[end][1], b[end][1]),
    choose(a[end][2], b[end][2]),
  ]
  return { low: pick(Math.min, 'low'), high: pick(Math.max, 'high') }
}
