/** A coupling link's measures. */
import type { PartSpec } from '../render-spec.ts'

export interface LinkPart extends PartSpec {
  readonly object: 'link'
  /** Embossed on the front and on the back of the bow; digits and the letters of `glyphs.ts`. */
  readonly text: readonly [front: string, back: string]
  /** Radius of the bow's centre line, mm. */
  readonly bowRadius: number
  /** Factor on the thickness of the bar. */
  readonly thickness: number
  /** Factor on the depth of the blasted surface's relief. */
  readonly roughness: number
  /** Reflectance of the blasted steel, 0..1. */
  readonly tone: number
  /** Share of the surface with oxide stains, 0..1. */
  readonly oxide: number
}
