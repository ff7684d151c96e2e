/** A piece of cloth's measures. */
import type { PartSpec, Vector } from '../render-spec.ts'

export interface WeavePart extends PartSpec {
  readonly object: 'weave'
  /** Thread to thread, mm, of the upright warp and of the level weft. */
  readonly warpPitch: number
  readonly weftPitch: number
  /** Reflectance of warp and weft, linear RGB, 0..1. */
  readonly warpTone: Vector
  readonly weftTone: Vector
  /** Unevenness of the threads; 1 is usual. */
  readonly slub: number
}
