/** Too little data: too few parts of all sorts, or of all kinds of defects but one. */
import type { Random } from '../../math/random.ts'
import { defectKinds } from '../defect-kinds.ts'
import type { PlannedImage } from '../planned-image.ts'
import { byPart, drawShare, type Pathology, touched } from './pathology.ts'

/** Parts that are left at strength 1. */
const least = { train: 4, nominalTest: 2, defective: 3 } as const

export const fewSamples: Pathology = {
  effect:
    'parts are dropped until, at 1, four sound parts are left to train, two to test and three defective ones',
  apply(plan, strength, random) {
    const sortOf = ({ severity, split }: PlannedImage): keyof typeof least =>
      severity !== null ? 'defective' : split === 'train' ? 'train' : 'nominalTest'
    return dropParts(plan, 'few-samples', sortOf, random, (count, sort) =>
      Math.round(count - strength * Math.max(0, count - least[sort])),
    )
  },
}

export const unbalanced: Pathology = {
  effect: 'of each kind of defect but the first, a share s of the parts is dropped; one part is left',
  apply(plan, strength, random, { defects, object }) {
    const [first] = defects ?? defectKinds[object]
    const kindOf = ({ severity, spec }: PlannedImage): string =>
      severity === null ? '' : spec.part.defects[0]!.kind
    return dropParts(plan, 'unbalanced', kindOf, random, (count, kind) =>
      kind === '' || kind === first ? count : Math.max(1, Math.round((1 - strength) * count)),
    )
  },
}

/** Keeps so many parts of each sort, drawn at random. */
function dropParts<Sort extends string>(
  plan: readonly PlannedImage[],
  pathology: string,
  sortOf: (image: PlannedImage) => Sort,
  random: Random,
  keep: (count: number, sort: Sort) => number,
): PlannedImage[] {
  const sorts = new Map<Sort, string[]>()
  for (const [part, images] of byPart(plan)) {
    const sort = sortOf(images[0]!)
    sorts.set(sort, [...(sorts.get(sort) ?? []), part])
  }
  const kept = new Set<string>()
  for (const [sort, parts] of sorts) {
    const share = keep(parts.length, sort) / parts.length
    for (const part of drawShare(parts, share, random.fork(sort))) kept.add(part)
  }
  return plan.filter(({ truth }) => kept.has(truth.part)).map((image) => touched(image, pathology))
}
