/** A stamped plate's measures, mm. */
import type { PartSpec } from '../render-spec.ts'

export interface PlatePart extends PartSpec {
  readonly object: 'plate'
  /** Pressed into the front; digits and the letters of `glyphs.ts`. */
  readonly text: string
  readonly halfWidth: number
  readonly halfHeight: number
  /** Radius of the large hole, and how far the punches sit off their places. */
  readonly holeRadius: number
  readonly offset: readonly [x: number, y: number]
  /** Height of the bead round the large hole. */
  readonly bead: number
  /** Reflectance of the zinc, 0..1. */
  readonly tone: number
}
