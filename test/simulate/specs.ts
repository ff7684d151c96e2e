/** Parts and pictures for the tests: small, and seen from the front. */
import type { LinkPart } from '../../src/simulate/link/link-part.ts'
import { planDataset } from '../../src/simulate/plan-dataset.ts'
import type { PlannedImage } from '../../src/simulate/planned-image.ts'
import type { DefectSpec, RenderSpec, SceneSpec } from '../../src/simulate/render-spec.ts'
import { type SimulateOptions, simulateDefaults } from '../../src/simulate/simulate-options.ts'

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

export function linkSpec(defects: readonly DefectSpec[], yaw = 0): RenderSpec<LinkPart> {
  return {
    size: { width: 120, height: 160 },
    part: {
      object: 'link',
      seed: 1,
      text: ['G-13 L8', '4417 HN'],
      bowRadius: 30,
      thickness: 1,
      roughness: 1,
      tone: 0.4,
      oxide: 0.3,
      defects,
    },
    view: { spin: 0, yaw, pitch: 1.5, roll: 0, scale: 1, shift: [0, 0], turn: 0 },
    scene: {
      background: 'fixture',
      dye: [1, 1, 1],
      dust: 0,
      exposure: 1.1,
      tint: [1, 1, 1],
      flash: [-40, 75],
      blur: 0.6,
      noise: 1,
      glare: 0,
      finger: 0,
      seed: 9,
    },
    file: { format: 'png', shift: [0, 0], damage: null },
    leastDefectPixels: 7,
    whenAnomalous: null,
  }
}

/** Nothing written: `planDataset` does not look at the folder. */
export const planned = (options: Partial<SimulateOptions>): PlannedImage[] =>
  planDataset({ ...simulateDefaults, out: 'nowhere', ...options })

/** The same picture of the part as it was before anything happened to it. */
export const withoutDefects = <Spec extends RenderSpec>(spec: Spec): Spec => ({
  ...spec,
  part: { ...spec.part, defects: [] },
})

export const withScene = <Spec extends RenderSpec>(spec: Spec, change: Partial<SceneSpec>): Spec => ({
  ...spec,
  scene: { ...spec.scene, ...change },
})

export const countPixels = (mask: { readonly data: Uint8Array }): number =>
  mask.data.reduce((sum, inside) => sum + inside, 0)
