/** Masks of good parts must be empty: where they are not, they are masks of the object, or the label is wrong. */
import { join } from 'node:path'
import { maskLikeness } from '../image/mask-likeness.ts'
import type { PairedMasks } from './pair-masks.ts'
import type { DatasetIssue, Sample } from './sample.ts'

/** Looked at where many good parts have a mask; published sets of black masks have hundreds. */
const sampled = 12

export async function checkMasksOfGood(
  root: string,
  samples: readonly Sample[],
  { masks }: PairedMasks,
): Promise<DatasetIssue[]> {
  const files = samples.flatMap(({ id, label }) => (label === 'nominal' ? (masks.get(id) ?? []) : []))
  const step = Math.max(1, Math.floor(files.length / sampled))
  const painted: string[] = []
  for (let i = 0; i < files.length; i += step) {
    if ((await maskLikeness(join(root, files[i]!))) === 'mask') painted.push(files[i]!)
  }
  if (painted.length === 0) return []
  const looked = Math.ceil(files.length / step)
  return [
    {
      kind: 'conflicting-labels',
      severity: 'error',
      path: join(root, painted[0]!),
      message:
        `is the mask of a good part and is not empty, as are ${painted.length} of ${looked} looked at. If these are masks of the object, ` +
        'rename their folder to foreground; if they are masks of defects, the images lie in the wrong folder',
    },
  ]
}
