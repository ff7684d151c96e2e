/** A part as the renderer of solids wants it: shape, fixture, metal. Made afresh for every picture. */
import type { Box, DistanceField } from './distance-field.ts'

export interface Solid {
  readonly field: DistanceField
  /** Of a point of the surface over the surface as it should be, mm; null where no defect moves it. */
  readonly height: DistanceField | null
  readonly box: Box
  /** What holds it. */
  readonly fixture: DistanceField
  readonly fixtureBox: Box
  /** Object space height that the lens looks at, mm. */
  readonly centreY: number
  /** Reflectance of the metal, 0..1, and width of its highlight (GGX alpha). */
  readonly tone: number
  readonly rough: number
  /** How much a place that was moved is smeared and laid bare, 0..1. */
  readonly bruise: number
}

/**
 * The height by distances. Taken at a point that is near the surface, not quite on it: so less what it is off.
 *
 * @param nominal - Before anything happened to it; the same function as `field` where no defect moves the surface.
 */
export function heightOver(nominal: DistanceField, field: DistanceField): DistanceField | null {
  return field === nominal ? null : (x, y, z) => nominal(x, y, z) - field(x, y, z)
}
