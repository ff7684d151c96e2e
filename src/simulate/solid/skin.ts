/**
 * What is finer than a distance field: roughness, machining marks, letters, scratches. It bends the normal and changes the
 * reflectance; it does not move the surface.
 */
import type { DefectSpec } from '../render-spec.ts'
import { createScratch } from './surface-damage.ts'

/** What the skin says about a point of the surface. */
export interface SkinSample {
  /** Gradient of the height in object space, mm per mm. */
  gx: number
  gy: number
  gz: number
  /** Depth of a defect's groove there, mm; 0 beside it and on its thrown-up edges. */
  groove: number
  /** Bare metal laid open, 0..1. */
  bare: number
  /** Stain, 0..1. */
  stain: number
  /** Factor on the reflectance. */
  grain: number
  /** Direction in which fine grooves run (unit, in the surface), and by how much they spread a highlight across it; 0 for none. */
  tx: number
  ty: number
  tz: number
  stretch: number
}

export const blankSample = (): SkinSample => ({
  gx: 0,
  gy: 0,
  gz: 0,
  groove: 0,
  bare: 0,
  stain: 0,
  grain: 1,
  tx: 0,
  ty: 0,
  tz: 0,
  stretch: 0,
})

/** Plain metal again: a skin starts every point from it. */
export function resetSample(out: SkinSample): void {
  out.gx = 0
  out.gy = 0
  out.gz = 0
  out.groove = 0
  out.bare = 0
  out.stain = 0
  out.grain = 1
  out.stretch = 0
}

/**
 * Fills `out` for a surface point (object space, mm).
 *
 * @param normal - Unit outward normal there, without the relief.
 * @param struck - How much a blow has smeared the grain, 0..1.
 */
export type Skin = (
  x: number,
  y: number,
  z: number,
  normal: Float64Array,
  struck: number,
  out: SkinSample,
) => void

/** A step of the differences that give a groove's slope, mm. */
const step = 0.04

/** Adds the scratches among the defects to what a skin has filled in. */
export function createScratches(
  defects: readonly DefectSpec[],
): (x: number, y: number, z: number, out: SkinSample) => void {
  const scratches = defects.filter(({ kind }) => kind === 'scratch').map(createScratch)
  return (x, y, z, out) => {
    for (const scratch of scratches) {
      const height = scratch(x, y, z)
      if (height === 0) continue
      out.gx += (scratch(x + step, y, z) - height) / step
      out.gy += (scratch(x, y + step, z) - height) / step
      out.gz += (scratch(x, y, z + step) - height) / step
      out.groove = Math.max(out.groove, -height)
      out.bare = Math.max(out.bare, Math.min(1, -height / 0.35))
    }
  }
}

/** 0 up to `from`, 1 from `to` on, smooth between. */
export function smoothStep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return t * t * (3 - 2 * t)
}
