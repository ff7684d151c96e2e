/** Parts and pictures that are on both sides of a split, or whose part nobody wrote down. */
import type { PlannedImage } from '../planned-image.ts'
import { byPart, drawShare, mayBeAnomalous, type Pathology, touched } from './pathology.ts'

export const partScatter: Pathology = {
  effect: 'a share s of the sound parts has pictures in the train split and in the test split',
  apply(plan, strength, random) {
    const sound = plan.filter((image) => !mayBeAnomalous(image) && image.truth.copyOf === null)
    const drawn = drawShare([...byPart(sound).keys()], strength, random)
    const splits = new Map<string, PlannedImage['split']>()
    for (const [part, images] of byPart(sound)) {
      if (!drawn.has(part)) continue
      const stream = random.fork(part)
      // One in each split for certain, the others as the parts were.
      stream.shuffleInPlace([...images]).forEach(({ name }, i) => {
        splits.set(name, i === 0 ? 'train' : i === 1 ? 'test' : stream.uniform() < 0.75 ? 'train' : 'test')
      })
    }
    return plan.map((image) => {
      const split = splits.get(image.name)
      return split === undefined ? image : touched({ ...image, split }, 'part-scatter')
    })
  },
}

export const hiddenParts: Pathology = {
  effect: 'a share s of the parts has no id in the manifest, and file names that do not tell it',
  apply(plan, strength, random) {
    const drawn = drawShare([...new Set(plan.map(({ part }) => part))], strength, random)
    const numbers = random.fork('numbers').shuffleInPlace(plan.map((_, i) => i + 1))
    const digits = Math.max(4, String(plan.length).length)
    const names = new Map(
      plan.flatMap(({ part, name }, i) =>
        drawn.has(part) ? [[name, `image-${String(numbers[i]!).padStart(digits, '0')}`]] : [],
      ),
    )
    return plan.map((image) => {
      const { copyOf } = image.truth
      const known = { ...image, truth: { ...image.truth, copyOf: copyOf && (names.get(copyOf) ?? copyOf) } }
      const name = names.get(image.name)
      return name === undefined ? known : touched({ ...known, name, part: null }, 'hidden-parts')
    })
  },
}
