/** `--parts inferred`: which images show the same part, told by their likeness. */
import { availableParallelism } from 'node:os'
import type { Sample } from '../../dataset/sample.ts'
import { StatisticalError } from '../../errors.ts'
import { type InferredGroups, inferGroups, leastPictures } from '../../parts/likeness/infer-groups.ts'
import { nameParts } from '../../parts/name-parts.ts'
import { readThumbnails } from '../../parts/scan/read-thumbnails.ts'
import type { Task } from '../../task.ts'

/**
 * @returns The samples with inferred parts in place of those given; images that cannot be decoded have none.
 * @throws {StatisticalError} Too few images to tell what is alike by chance.
 * Cost: every image is decoded once; then that of `inferGroups`.
 */
export async function inferParts(samples: readonly Sample[], task: Task): Promise<readonly Sample[]> {
  const threads = availableParallelism()
  const outcomes = await readThumbnails(samples, threads, task)
  const seen = samples.filter((_, i) => outcomes[i]!.ok)
  const thumbnails = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
  refuseTooFew(thumbnails.length)
  const found = await inferGroups(thumbnails, { threads }, task)
  task.note(describeGroups(found, seen.length))
  return nameParts(samples, seen, found)
}

export function refuseTooFew(count: number): void {
  if (count >= leastPictures) return
  throw new StatisticalError(
    `--parts inferred: ${count} images are too few to tell likeness from chance; it takes ${leastPictures}`,
  )
}

export function describeGroups({ groups, undecided }: InferredGroups, images: number): string {
  const shared = groups.filter(({ length }) => length > 1)
  const grouped = shared.reduce((sum, { length }) => sum + length, 0)
  const doubt =
    undecided > 0 ? `; ${undecided} more resemble others without a clear limit and stand alone` : ''
  return `parts: ${grouped} of ${images} images fall into ${shared.length} groups of one part each${doubt}`
}
