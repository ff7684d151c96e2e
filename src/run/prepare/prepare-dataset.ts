/** The preparation of a dataset from folder to folder: samples opened, prepared, and recorded with the manifest and the page. */
import { join } from 'node:path'
import { manifestText, type Row } from '../../dataset/manifest-text.ts'
import type { Sample } from '../../dataset/sample.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { makeRequest } from '../../options/request.ts'
import { type PrepareOptions, prepareAsk, preparingOf } from '../../options/requests/prepare.ts'
import { claimOptions } from '../../prepare/claim-options.ts'
import {
  type NamedViews,
  type PreparedSample,
  type PreparedSamples,
  prepareSamples,
} from '../../prepare/prepare-samples.ts'
import { reviewPage } from '../../report/review-page.ts'
import { quietTask, type Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { Mark, Preparation } from '../../wire/preparation.ts'
import { claimFolder } from '../folder/claim-folder.ts'
import { openSamples } from '../open/open-samples.ts'
import { drawReview } from './draw-review.ts'

/**
 * Writes `images/`, `masks/`, `foreground/`, `manifest.csv`, `prepare.json` and `review.html`; `objects/` has the masks as found,
 * `scenes.json` what the embedded segmenter learned.
 *
 * @throws {UsageError} Options without effect, or others than those that the folder was begun with.
 * @throws {InputError} The dataset cannot be opened, nothing was found in it, or the folder cannot be written.
 * @throws {CancelledError} The signal fired; what is done stays, and the same request goes on from there.
 */
export async function prepareDataset(options: PrepareOptions, task: Task = quietTask): Promise<Preparation> {
  const request = await makeRequest(prepareAsk, options)
  const { out, threads, createdAt, command, dataset: path, where } = request
  const { modelFiles, ...decisive } = preparingOf(request)
  await claimFolder(out, 'preparation')
  const {
    dataset,
    samples,
    failures: wrong,
    pixels,
  } = await openSamples({ ...request, parts: 'given' }, task)
  // What is wrong with the dataset as a whole is no image; it was noted.
  const unusable = wrong
    .filter((failure) => failure.path !== dataset.root && failure.path !== dataset.path)
    .map((failure) => ({ ...failure, mark: null }))
  const { good, defects } = request
  const chosen = { ...(good !== null && { good }), ...(defects !== null && { defects }) }
  const read = pixels !== null && { pixels: { ...pixels } }
  await claimOptions(out, { dataset: path, where, ...chosen, ...read, ...decisive })
  const made = await prepareSamples(
    { samples, out, options: { ...decisive, ...(modelFiles && { modelFiles }) }, threads },
    task,
  )
  const failures = [...unusable, ...made.failures]
  const viewColumn = ownColumn('view', samples)
  const preparation: Preparation = {
    plumbline: version,
    createdAt,
    command,
    source: { path, layout: dataset.layout, images: samples.length + unusable.length },
    options: { ...decisive },
    segmenter: { id: decisive.segmenter, detail: { ...made.segmenter } },
    canvas: made.canvas && {
      ...made.canvas,
      widest: [...made.canvas.widest],
      tallest: [...made.canvas.tallest],
    },
    heavyEndDown: made.heavyEndDown,
    ...(pixels !== null && { pixels }),
    restriction: restrictionOf(where, samples.length, dataset.samples.length),
    views: viewsOf(made.views, viewColumn),
    summary: summarise(made.prepared, failures, samples.length + unusable.length),
    images: made.prepared.map(({ record }) => record),
    failures,
  }
  await writeFileAtomic(join(out, 'manifest.csv'), manifestText(manifestRows(made, viewColumn)))
  await writeFileAtomic(join(out, 'prepare.json'), `${JSON.stringify(preparation, null, 1)}\n`)
  const pictures = await drawReview(made.prepared, out, threads, task)
  await writeFileAtomic(join(out, 'review.html'), reviewPage(preparation, pictures))
  return preparation
}

function restrictionOf(where: string | null, kept: number, of: number): Preparation['restriction'] {
  if (where === null || kept === of) return null
  const words = `Only images with ${where}: ${kept} of ${of}. This is an easier problem than the whole dataset; figures for the two must not be compared.`
  return { where, kept, of, words }
}

function viewsOf(found: NamedViews | null, column: string): Preparation['views'] {
  if (found === null) return null
  const { views, separation, examples } = found
  return {
    column,
    separation: thousandths(separation),
    clusters: views.map(({ name, images, spread, silhouette }, i) => ({
      name,
      images,
      example: examples[i]!,
      spread: thousandths(spread),
      silhouette: Buffer.from(silhouette).toString('base64'),
    })),
  }
}

const thousandths = (value: number): number => Math.round(1000 * value) / 1000

function summarise(
  prepared: readonly PreparedSample[],
  failures: Preparation['failures'],
  images: number,
): Preparation['summary'] {
  const counts = new Map<Mark, number>()
  const all = [
    ...prepared.flatMap(({ record }) => record.marks),
    ...failures.flatMap(({ mark }) => mark ?? []),
  ]
  for (const mark of all) counts.set(mark, (counts.get(mark) ?? 0) + 1)
  return {
    images,
    prepared: prepared.length,
    failed: failures.length,
    marked: prepared.filter(({ record }) => record.marks.length > 0).length,
    marks: Object.fromEntries(counts),
  }
}

/** A row for every output; columns of the source travel along; of ours, one says which rows to look at, one the view. */
function manifestRows({ prepared, views }: PreparedSamples, viewColumn: string): Row[] {
  const own = ownColumn(
    'review',
    prepared.map(({ sample }) => sample),
  )
  return prepared.flatMap(({ sample, record }) =>
    record.outputs.map(({ image, mask, foreground, tile }): Row => {
      // A tile without a pixel of the defect shows none.
      const isNominal = sample.label === 'nominal' || (tile !== null && mask === null)
      return {
        path: image,
        label: isNominal ? 'nominal' : 'anomalous',
        // Tiles of one image must stay together, so an image without a part becomes one.
        part: sample.part ?? (tile === null ? '' : sample.id),
        defect: isNominal ? '' : (sample.defect ?? ''),
        mask: mask ?? '',
        foreground: foreground ?? '',
        split: sample.split ?? '',
        ...sample.attributes,
        ...(views && { [viewColumn]: views.nameOf.get(sample.id) ?? '' }),
        [own]: record.marks.length === 0 ? 'no' : record.marks.join('+'),
      }
    }),
  )
}

/** The name, with a number behind it where the dataset has a column of that name already. */
function ownColumn(name: string, samples: readonly Sample[]): string {
  const taken = new Set(samples.flatMap(({ attributes }) => Object.keys(attributes)))
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}_${n}`
    if (!taken.has(candidate)) return candidate
  }
}
