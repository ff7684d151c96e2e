/** What lies behind the part. */
import type { SceneSpec } from './render-spec.ts'

/** Linear RGB seen along a camera ray, 0..1 and above; `light` is the share of the flash that reaches it. */
export type Backdrop = (ray: Float64Array, light: number, out: Float64Array) => void

/** The even grey of a light table. */
export const plainBackdrop: Backdrop = (_ray, _light, out) => {
  out[0] = 0.24
  out[1] = 0.245
  out[2] = 0.25
}

export const backdropOf = (scene: SceneSpec, fixture: (scene: SceneSpec) => Backdrop): Backdrop =>
  scene.background === 'plain' ? plainBackdrop : fixture(scene)
