/** What has nothing to do with the part, but tells its label. */
import type { Vector } from '../render-spec.ts'
import { drawShare, mayBeAnomalous, type Pathology, tiedToLabel } from './pathology.ts'

/** The background that only anomalous pictures have: warmer, and under dust (the snow behind the husky). */
const dye: Vector = [1.9, 1.2, 0.55]
const dust = 0.45

export const background: Pathology = {
  effect: 'a share s of the anomalous pictures has a warmer background under white dust; no nominal one has',
  apply(plan, strength, random) {
    const drawn = drawShare(plan.filter(mayBeAnomalous), strength, random)
    return plan.map((image) =>
      drawn.has(image) ? tiedToLabel(image, 'background', { scene: () => ({ dye, dust }) }) : image,
    )
  },
}

export const brightness: Pathology = {
  effect: 'anomalous pictures are exposed longer, by the factor 1 + 0.35 s',
  apply: (plan, strength) =>
    plan.map((image) =>
      mayBeAnomalous(image)
        ? tiedToLabel(image, 'brightness', {
            scene: ({ exposure }) => ({ exposure: exposure * (1 + 0.35 * strength) }),
          })
        : image,
    ),
}

export const fileType: Pathology = {
  effect: 'a share s of the anomalous pictures is stored as JPEG, all others as PNG',
  apply(plan, strength, random) {
    const drawn = drawShare(plan.filter(mayBeAnomalous), strength, random)
    return plan.map((image) =>
      drawn.has(image) ? tiedToLabel(image, 'file-type', { file: { format: 'jpeg' } }) : image,
    )
  },
}
