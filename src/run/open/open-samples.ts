/** The samples of a request: dataset opened, filtered, and what is wrong with it told apart by what becomes of it. */
import { usableSamples } from '../../dataset/audit-dataset.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import type { Dataset, DatasetIssue, Sample } from '../../dataset/sample.ts'
import { type RecordedPixels, surveyPixels } from '../../dataset/survey-pixels.ts'
import { understandDataset } from '../../dataset/understood.ts'
import { selectSamples } from '../../dataset/where.ts'
import { InputError } from '../../errors.ts'
import type { DatasetRequest } from '../../options/dataset-options.ts'
import { leftOutWords, understoodSentence } from '../../report/understood-words.ts'
import type { Task } from '../../task.ts'
import type { Understood } from '../../wire/understood.ts'
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
  /** What it was taken for; what only opening the files tells is not in it. */
  readonly understood: Understood
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
    choice: { good: request.good ?? null, defects: request.defects ?? null },
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
  const opened = {
    ...dataset,
    leftOut: [...dataset.leftOut, ...survey.leftOut],
    notes: [...dataset.notes, ...survey.notes],
  }
  const understood = understandDataset(opened, survey.samples)
  task.note(understoodSentence(understood))
  for (const group of understood.leftOut) task.note(`left out: ${leftOutWords(group)}`)
  return {
    dataset: opened,
    understood,
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
