/** Masks from annotation files, for datasets whose folders are the labels: COCO, CVAT, labelme. */
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { groupBy } from '../math/group-by.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { Marked } from './annotations/annotation.ts'
import { imageFinder } from './annotations/match-images.ts'
import type { LayoutReading } from './layout.ts'
import {
  areaIssues,
  isCoco,
  isCvat,
  labelmeFiles,
  maskOfMarks,
  readMarks,
  unusable,
} from './layout-annotated.ts'
import type { Listing } from './listing.ts'
import type { DatasetIssue, Sample } from './sample.ts'

/** Files of annotations in a folder whose classes are folders: COCO and CVAT by their names, labelme by those of the images. */
const annotationFiles = (listing: Listing): ReadonlySet<string> =>
  new Set([...listing.files.filter((file) => isCoco(file) || isCvat(file)), ...labelmeFiles(listing)])

/**
 * Masks from annotation files for anomalous samples without one.
 *
 * @param known - What the layout has read of them, which is not read again.
 * @returns The samples as they were where there is nothing.
 */
export async function attachAnnotations(
  listing: Listing,
  samples: readonly Sample[],
  known: NonNullable<LayoutReading['annotations']>,
  task: Task,
): Promise<{
  readonly samples: readonly Sample[]
  readonly issues: readonly DatasetIssue[]
  readonly notes: readonly string[]
}> {
  const read = new Set(known.files)
  const files = [...annotationFiles(listing)].filter((file) => !read.has(file))
  if (files.length === 0 || !samples.some(({ label, mask }) => label === 'anomalous' && mask === null))
    return { samples, issues: [], notes: [] }
  const find = imageFinder(listing)
  const marked: Marked[] = []
  const issues: DatasetIssue[] = []
  for (const file of files) {
    checkCancelled(task)
    try {
      const found = await readMarks(listing, file, find)
      marked.push(...found.marked)
      issues.push(...found.issues)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      issues.push(unusable(join(listing.root, file), error.message.replace(`${error.path}: `, '')))
    }
  }
  const byImage = groupBy([...known.marked, ...marked], ({ id }) => id)
  let count = 0
  const attached = samples.map((sample): Sample => {
    const own = byImage.get(sample.id)
    if (own === undefined || sample.label !== 'anomalous' || sample.mask !== null) return sample
    const mask = maskOfMarks(listing, own)
    if (mask !== null) count++
    return mask === null ? sample : { ...sample, mask }
  })
  return {
    samples: attached,
    issues: [...issues, ...areaIssues(listing, marked)],
    notes:
      count > 0 ? [`Masks of ${count} images are drawn from annotation files, such as ${files[0]}.`] : [],
  }
}
