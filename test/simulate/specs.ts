/** Parts and pictures for the tests: small, and seen from the front. */
import type { DefectSpec, RenderSpec } from '../../src/simulate/render-spec.ts'

export const dent: DefectSpec = {
  kind: 'dent',
  severity: 'obvious',
  anchor: [-27, -13, 8.3],
  normal: [0, 0, 1],
  tangent: [1, 0, 0],
  length: 14,
  width: 11,
  depth: 2,
  seed: 3,
}
export const scratch: DefectSpec = { ...dent, kind: 'scratch', length: 24, width: 1.6, depth: 0.8 }
export const deformation: DefectSpec = {
  ...dent,
  kind: 'deformation',
  anchor: [40, 8, 0],
  normal: [0.98, 0.199, 0],
  tangent: [-0.199, 0.98, 0],
  length: 46,
  width: 14,
  depth: 4,
}

export function renderSpec(defects: readonly DefectSpec[], yaw = 0): RenderSpec {
  return {
    size: { width: 120, height: 160 },
    part: {
      seed: 1,
      text: ['G-13 L8', '4417 HN'],
      bowRadius: 30,
      thickness: 1,
      roughness: 1,
      tone: 0.4,
      oxide: 0.3,
      defects,
    },
    view: { yaw, pitch: 1.5, roll: 0, shift: [0, 0] },
    scene: { background: 'fixture', exposure: 1.1, flash: [-40, 75], blur: 0.6, noise: 1, seed: 9 },
  }
}

export const countPixels = (mask: { readonly data: Uint8Array }): number =>
  mask.data.reduce((sum, inside) => sum + inside, 0)
