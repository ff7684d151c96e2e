/** Defective parts that nobody noticed among those to train on. */

import { mustGet } from '../../present.ts'
import { defectKinds } from '../defect-kinds.ts'
import { forgedObjects } from '../forged-objects.ts'
import { byPart, drawShare, type Pathology, touched } from './pathology.ts'

export const contaminatedTrain: Pathology = {
  effect: 'a share s/5 of the sound parts to train on has a defect that the manifest does not know',
  apply(plan, strength, random, options) {
    const object = forgedObjects[options.object]
    const kinds = options.defects ?? defectKinds[options.object]
    const parts = byPart(plan)
    const train = [...parts].filter(([, [image]]) => image?.severity === null && image.split === 'train')
    const drawn = drawShare(
      train.map(([part]) => part),
      strength / 5,
      random,
    )
    const damaged = new Map(
      [...drawn].map((part, i) => {
        const images = mustGet(parts, part)
        const views = images.map(({ spec }) => spec.view)
        const kind = kinds[i % kinds.length]!
        return [part, object.drawDefects(images[0]!.spec.part, kind, views, random.fork(part))]
      }),
    )
    return plan.map((image) => {
      const part = damaged.get(image.truth.part)
      return part === undefined
        ? image
        : touched({ ...image, spec: { ...image.spec, part } }, 'contaminated-train')
    })
  },
}
