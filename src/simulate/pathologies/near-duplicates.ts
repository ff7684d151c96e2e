/** Photographs of the nominal test set that are in the train set too, as if of other parts: as they are, or hardly changed. */
import type { PlannedImage } from '../planned-image.ts'
import { drawShare, mayBeAnomalous, type Pathology, touched, withFile, withScene } from './pathology.ts'

/** What becomes of a copy, dealt out in turn. */
const changes: readonly ((copy: PlannedImage, name: string) => PlannedImage)[] = [
  (copy, name) => touched(copy, name),
  (copy, name) => withFile(copy, name, { format: 'jpeg' }),
  (copy, name) => withFile(copy, name, { shift: [1, 0] }),
  (copy, name) => withScene(copy, name, ({ exposure }) => ({ exposure: 1.06 * exposure })),
]

export const nearDuplicates: Pathology = {
  effect:
    'of a share 0.4 s of the pictures of sound test parts the train split has a copy under another part: the same file, a JPEG of it, shifted by a pixel, or 6 % brighter',
  apply(plan, strength, random) {
    const nominal = plan.filter((image) => image.split === 'test' && !mayBeAnomalous(image))
    const drawn = nominal.length === 0 ? [] : [...drawShare(nominal, 0.4 * strength, random)]
    const digits = plan[0]!.truth.part.length - 'part-'.length
    const last = Math.max(...plan.map(({ truth }) => Number(truth.part.slice('part-'.length))))
    const copies = drawn.map((image, i) => {
      const part = `part-${String(last + 1 + i).padStart(digits, '0')}`
      const name = image.name.replace(image.truth.part, part)
      const copy: PlannedImage = {
        ...image,
        name,
        part,
        split: 'train',
        truth: { ...image.truth, copyOf: image.name },
      }
      return changes[i % changes.length]!(copy, 'near-duplicates')
    })
    return [...plan, ...copies]
  },
}
