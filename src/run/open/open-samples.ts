/** The samples of a request: dataset opened, filtered, and what is wrong with it told apart by what becomes of it. */
import { usableSamples } from '../../dataset/audit-dataset.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import type { Dataset, DatasetIssue, Sample } from '../../dataset/sample.ts'
import { type RecordedPixels, surveyPixels } from '../../dataset/survey-pixels.ts'
import { selectSamples } from '../../dataset/where.ts'
import { InputError } from '../../errors.ts'
import type { DatasetRequest } from '../../options/dataset-options.ts'
import type { Task } from '../../task.ts'
import { inferParts } from './infer-parts.ts'

/** A file that could not be used, or only in part. */
export interface Failure {
  readonly path: string
  readonly reason: string
}

export interface OpenSamples {
  readonly dataset: Dataset
  /** How the pixels of its files are read; null where all have 8 bits and one page. */
  readonly pixels: RecordedPixels | null
  readonly samples: readonly Sample[]
  /** Files that the dataset names and that cannot be used. */
  readonly failures: readonly Failure[]
}

/** Issues of one severity are noted one by one up to this many, and counted beyond. */
const mostNoted = 10

/**
 * @throws {InputError} Missing or empty, or of no known layout.
 * @throws {UsageError} A pattern or expression that does not fit the dataset.
 * @throws {StatisticalError} `--parts inferred` on too few images.
 */
export async function openSamples(request: DatasetRequest, task: Task): Promise<OpenSamples> {
  const dataset = await openDataset(request.dataset, {
    layout: request.layout,
    task,
    ...(request.partPattern !== null && { partPattern: request.partPattern }),
  })
  const errors = dataset.issues.filter(({ severity }) => severity === 'error')
  noteIssues(errors, 'left out', task)
  noteIssues(
    dataset.issues.filter(({ severity }) => severity === 'warning'),
    'note',
    task,
  )
  const usable = usableSamples(dataset, errors)
  if (usable.length === 0) {
    const [first] = errors
    throw new InputError(
      request.dataset,
      `holds no image that can be used${first ? `; ${errors.length} problems, the first: ${first.path}: ${first.message}` : ''}`,
    )
  }
  const selected = request.where === null ? usable : selectSamples(usable, request.where)
  const asked = { range: request.range ?? null, page: request.page ?? null }
  const survey = await surveyPixels(selected, asked, task)
  for (const note of survey.notes) task.note(`pixels: ${note}`)
  for (const { reason, count } of survey.leftOut) task.note(`pixels: ${count} files: ${reason}`)
  return {
    dataset: {
      ...dataset,
      leftOut: [...dataset.leftOut, ...survey.leftOut],
      notes: [...dataset.notes, ...survey.notes],
    },
    pixels: survey.pixels,
    samples: request.parts === 'inferred' ? await inferParts(survey.samples, task) : survey.samples,
    failures: errors.map(({ path, message }) => ({ path, reason: message })),
  }
}

function noteIssues(issues: readonly DatasetIssue[], word: string, task: Task): void {
  for (const { path, message } of issues.slice(0, mostNoted)) task.note(`${word}: ${path}: ${message}`)
  const rest = issues.length - mostNoted
  if (rest > 0) task.note(`${word}: and ${rest} more`)
}
