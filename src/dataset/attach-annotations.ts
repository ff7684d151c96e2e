/** Masks from annotation files, for datasets whose folders are the labels: COCO, CVAT, labelme. */
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { checkCancelled, type Task } from '../task.ts'
import { imageFinder } from './annotations/match-images.ts'
import { readAnnotations } from './annotations/read-annotations.ts'
import {
  areaIssues,
  imageOf,
  isCoco,
  isCvat,
  labelmeOf,
  type Marked,
  maskOfMarks,
} from './layout-annotated.ts'
import type { Listing } from './listing.ts'
import type { DatasetIssue, Sample } from './sample.ts'

/** Files of annotations in a folder whose classes are folders: COCO and CVAT by their names, labelme by those of the images. */
function annotationFiles(listing: Listing): readonly string[] {
  const beside = listing.images.flatMap((image) => labelmeOf(listing, image) ?? [])
  return [...new Set([...listing.files.filter((file) => isCoco(file) || isCvat(file)), ...beside])]
}

/** Masks from annotation files for anomalous samples without one. @returns The samples as they were where there is nothing. */
export async function attachAnnotations(
  listing: Listing,
  samples: readonly Sample[],
  task: Task,
): Promise<{
  readonly samples: readonly Sample[]
  readonly issues: readonly DatasetIssue[]
  readonly notes: readonly string[]
}> {
  const files = annotationFiles(listing)
  if (files.length === 0 || !samples.some(({ label, mask }) => label === 'anomalous' && mask === null))
    return { samples, issues: [], notes: [] }
  const find = imageFinder(listing)
  const marked: Marked[] = []
  const issues: DatasetIssue[] = []
  for (const file of files) {
    checkCancelled(task)
    const path = join(listing.root, file)
    try {
      const { images, remarks } = await readAnnotations(path)
      for (const image of images) {
        const id = imageOf(listing, file, image, find)
        if (id !== null) marked.push({ id, file, image })
      }
      for (const message of remarks)
        issues.push({ kind: 'unusable-annotation', severity: 'warning', path, message })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const message = error.message.replace(`${error.path}: `, '')
      issues.push({ kind: 'unusable-annotation', severity: 'warning', path, message })
    }
  }
  const byImage = new Map<string, Marked[]>()
  for (const each of marked) byImage.set(each.id, [...(byImage.get(each.id) ?? []), each])
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
