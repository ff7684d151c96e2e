/** The samples of a request: dataset opened, filtered, and what is wrong with it told apart by what becomes of it. */
import { openDataset } from '../dataset/open-dataset.ts'
import type { Dataset, Sample } from '../dataset/sample.ts'
import { selectSamples } from '../dataset/where.ts'
import { UsageError } from '../errors.ts'
import type { DatasetRequest } from '../request.ts'
import type { Task } from '../task.ts'

/** A file that could not be used, or only in part. */
export interface Failure {
  readonly path: string
  readonly reason: string
}

export interface OpenSamples {
  readonly dataset: Dataset
  readonly samples: readonly Sample[]
  /** Files that the dataset names and that cannot be used. */
  readonly failures: readonly Failure[]
}

/** Warnings are noted one by one up to this many, and counted beyond. */
const notedWarnings = 10

/**
 * @throws {InputError} Missing or empty, or of no known layout.
 * @throws {UsageError} A pattern or expression that does not fit the dataset; `--parts inferred`.
 */
export async function openSamples(request: DatasetRequest, task: Task): Promise<OpenSamples> {
  if (request.parts === 'inferred') {
    throw new UsageError('--parts inferred is not in this version: give --part-pattern or a `part` column')
  }
  const dataset = await openDataset(request.dataset, {
    layout: request.layout,
    task,
    ...(request.partPattern !== null && { partPattern: request.partPattern }),
  })
  const errors = dataset.issues.filter(({ severity }) => severity === 'error')
  noteWarnings(dataset, task)
  return {
    dataset,
    samples: request.where === null ? dataset.samples : selectSamples(dataset.samples, request.where),
    failures: errors.map(({ path, message }) => ({ path, reason: message })),
  }
}

function noteWarnings({ issues }: Dataset, task: Task): void {
  const warnings = issues.filter(({ severity }) => severity === 'warning')
  for (const { path, message } of warnings.slice(0, notedWarnings)) task.note(`${path}: ${message}`)
  const rest = warnings.length - notedWarnings
  if (rest > 0) task.note(`and ${rest} more warnings about the dataset`)
}
