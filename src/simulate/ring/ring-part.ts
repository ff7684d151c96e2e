/** A turned ring's measures, mm. */
import type { PartSpec } from '../render-spec.ts'

export interface RingPart extends PartSpec {
  readonly object: 'ring'
  readonly outerRadius: number
  readonly boreRadius: number
  readonly halfHeight: number
  /** Legs of the bevels. */
  readonly bevel: number
  /** Radius of the groove turned into the face. */
  readonly grooveRadius: number
  /** Factor on the height of the lathe marks. */
  readonly feed: number
  /** Reflectance of the turned steel, 0..1. */
  readonly tone: number
}
