/** Files that are no images: cut off, empty, or an error message under an image's name. */
import { fileDamages } from '../render-spec.ts'
import { drawShare, type Pathology, withFile } from './pathology.ts'

export const unreadable: Pathology = {
  effect: 'a share s/10 of the files, at least one, is cut off, empty, or text',
  apply(plan, strength, random) {
    const drawn = [...drawShare(plan, strength / 10, random)]
    const damages = new Map(drawn.map((image, i) => [image, fileDamages[i % fileDamages.length]!]))
    return plan.map((image) => {
      const damage = damages.get(image)
      return damage === undefined ? image : withFile(image, 'unreadable', { damage })
    })
  },
}
