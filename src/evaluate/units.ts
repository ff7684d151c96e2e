/**
 * Units: what is drawn, split and counted as one.
 *
 * Images of one part share its wear, its light and its pose; treating them as independent lets a part sit in two roles
 * and makes every interval too narrow. The unit is therefore the part where parts are known, else the image.
 */
import type { Sample } from '../dataset/sample.ts'
import { UsageError } from '../errors.ts'
import { groupBy } from '../math/group-by.ts'

export type UnitKind = 'image' | 'part'
export type UnitChoice = 'auto' | UnitKind

export interface Unit {
  /** `part:ID` or `image:ID`, so that a part and an image of the same name stay apart. */
  readonly id: string
  /** Sorted by id. A mixed unit (wear that grows) has both kinds. */
  readonly nominal: readonly Sample[]
  readonly anomalous: readonly Sample[]
  /** Distinct defect types of its anomalous images, sorted; `''` stands for an unknown type. Empty when nominal. */
  readonly strata: readonly string[]
}

/** Whether any sample carries a part id. */
export function partsKnown(samples: readonly Sample[]): boolean {
  return samples.some((sample) => sample.part !== null)
}

/**
 * @param choice - `auto` takes the part where any sample has a part id, else the image.
 * @throws {UsageError} `part` was asked for and no sample has a part id.
 */
export function resolveUnit(samples: readonly Sample[], choice: UnitChoice): UnitKind {
  const known = partsKnown(samples)
  if (choice === 'part' && !known) {
    throw new UsageError(
      '--unit part: no image has a part id. Give --part-pattern REGEX, whose first group is the part id in the file name, ' +
        'a `part` column in a manifest, or --parts inferred; or use --unit image if every image shows another part.',
    )
  }
  return choice === 'auto' ? (known ? 'part' : 'image') : choice
}

/** The unit a sample belongs to. A sample without a part id in a part-labelled set is its own unit. */
export function unitId(sample: Sample, unit: UnitKind): string {
  return unit === 'part' && sample.part !== null ? `part:${sample.part}` : `image:${sample.id}`
}

/** Groups samples into units, sorted by id; the order of the samples does not matter. */
export function groupUnits(samples: readonly Sample[], unit: UnitKind): readonly Unit[] {
  return [...groupBy(samples, (sample) => unitId(sample, unit))]
    .map(([id, members]) => {
      const sorted = members.toSorted(byId)
      const anomalous = sorted.filter((sample) => sample.label === 'anomalous')
      return {
        id,
        nominal: sorted.filter((sample) => sample.label === 'nominal'),
        anomalous,
        strata: [...new Set(anomalous.map((sample) => sample.defect ?? ''))].sort(),
      }
    })
    .sort(byId)
}

/** Order by code units: the same in every locale. */
function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}
