/** Groups of pictures that show the same part, as part ids of samples. */
import type { Sample } from '../dataset/sample.ts'
import type { InferredGroups } from './likeness/infer-groups.ts'

/**
 * Ids `inferred-0001` and so on, by the first picture of each group; a picture that stands alone is a part of its own.
 *
 * @param pictures - The samples that the indices of the groups mean.
 * @returns All samples, with those pictures' parts replaced; the others (which cannot be decoded) have none.
 */
export function nameParts(
  samples: readonly Sample[],
  pictures: readonly Sample[],
  { groups }: Pick<InferredGroups, 'groups'>,
): readonly Sample[] {
  const digits = Math.max(4, String(groups.length).length)
  const parts = new Map<string, string>()
  groups.forEach((group, i) => {
    for (const index of group) {
      parts.set(pictures[index]!.id, `inferred-${String(i + 1).padStart(digits, '0')}`)
    }
  })
  return samples.map((sample) => ({ ...sample, part: parts.get(sample.id) ?? null }))
}
