/** Defects too small to survive a resize: all of them, or one kind only. */
import { defectKinds } from '../defect-kinds.ts'
import type { PlannedImage } from '../planned-image.ts'
import type { DefectSpec } from '../render-spec.ts'
import { type Pathology, touched } from './pathology.ts'

/** Kinds that move the surface: they keep their proportions, or they would turn into spikes. */
const moving: ReadonlySet<string> = new Set(['dent', 'nick', 'deformation', 'bend'])
/** Shallower than this, mm, nothing of them would be in the mask; nor of a finer scratch. */
const leastDepth = 0.4
const leastWidth = 0.3

export const tinyDefects: Pathology = {
  effect: 'defects are smaller by the factor 1 - 0.7 s',
  apply: (plan, strength) =>
    plan.map((image) =>
      image.spec.part.defects.length === 0 ? image : shrink(image, 'tiny-defects', strength),
    ),
}

export const hardKind: Pathology = {
  effect: 'as tiny-defects, but for the first kind of defect only',
  apply(plan, strength, _random, { defects, object }) {
    const [kind] = defects ?? defectKinds[object]
    return plan.map((image) =>
      image.spec.part.defects[0]?.kind === kind ? shrink(image, 'hard-kind', strength) : image,
    )
  },
}

/** What is smaller is visible in fewer pixels: the label goes by as many fewer. */
function shrink(image: PlannedImage, pathology: string, strength: number): PlannedImage {
  const factor = 1 - 0.7 * strength
  const { spec } = image
  const part = { ...spec.part, defects: spec.part.defects.map((defect) => shrunk(defect, factor)) }
  const leastDefectPixels = Math.max(1, Math.round(spec.leastDefectPixels * factor * factor))
  return touched({ ...image, spec: { ...spec, part, leastDefectPixels } }, pathology)
}

function shrunk(defect: DefectSpec, factor: number): DefectSpec {
  const { length, width, depth } = defect
  return {
    ...defect,
    length: factor * length,
    width: Math.max(Math.min(width, leastWidth), factor * width),
    depth: moving.has(defect.kind) ? Math.max(Math.min(depth, leastDepth), factor * depth) : depth,
  }
}
