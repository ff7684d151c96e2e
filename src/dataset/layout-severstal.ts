/**
 * Severstal steel defect detection (Kaggle 2019): `train_images/*.jpg`, and in `train.csv` a row for every image and class of defect
 * with run lengths (start and length in turn, from 1, column by column). Images without a row, or with none that is filled, are good.
 *
 * Both forms of the file are read: `ImageId,ClassId,EncodedPixels`, and the older `ImageId_ClassId,EncodedPixels`.
 */
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { readBytes } from '../files/read-bytes.ts'
import type { Size } from '../image/image.ts'
import { readImageSize } from '../image/read-image-size.ts'
import { checkCancelled, mapConcurrent } from '../task.ts'
import type { Region } from './annotations/fill-region.ts'
import { type Layout, listedSample } from './layout.ts'
import { leftOut } from './left-out.ts'
import { parseManifest } from './manifest-rows.ts'
import type { DatasetIssue, Sample } from './sample.ts'

const folder = 'train_images'
const file = 'train.csv'

export const severstalLayout: Layout = {
  name: 'severstal',
  expects: 'train_images/*.jpg and train.csv with EncodedPixels',
  recognise: (listing) => listing.has(file) && listing.imagesIn(folder).length > 0,

  async read(listing, task) {
    const path = join(listing.root, file)
    const { runs, issues } = await readRuns(path)
    const images = listing.imagesIn(folder)
    const names = new Set(images.map((id) => id.slice(folder.length + 1)))
    for (const name of runs.keys()) {
      if (names.has(name)) continue
      const message = `names ${name}, which is not in ${folder}`
      issues.push({ kind: 'missing-file', severity: 'warning', path, message })
    }
    const progress = task.progress('labels', 'images')
    const samples: Sample[] = []
    const read = mapConcurrent(images, 16, async (id): Promise<Sample | DatasetIssue> => {
      checkCancelled(task)
      const own = runs.get(id.slice(folder.length + 1))
      if (own === undefined) return listedSample(listing, id, { label: 'nominal' })
      try {
        const size = await readImageSize(join(listing.root, id))
        const regions = own.map(({ numbers }) => regionOf(numbers, size))
        const wrong = regions.find((region) => typeof region === 'string')
        if (wrong !== undefined) {
          const message = `run lengths of ${id}: ${wrong}`
          return { kind: 'unusable-annotation', severity: 'error', path: join(listing.root, id), message }
        }
        const defect = [...new Set(own.map(({ defect }) => defect))].sort().join('+')
        const mask = { kind: 'regions', path, size, regions: regions as Region[] } as const
        return listedSample(listing, id, { label: 'anomalous', defect, mask })
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        // Unreadable: said where every image is opened.
        return listedSample(listing, id, { label: 'anomalous' })
      }
    })
    try {
      for await (const found of read) {
        if ('kind' in found) issues.push(found)
        else samples.push(found)
        progress.update(samples.length, images.length)
      }
    } finally {
      progress.end()
    }
    const unlabelled = listing.imagesBelow('test_images')
    return {
      samples,
      issues,
      explained: unlabelled,
      why: 'train_images and train.csv with EncodedPixels lie in it; an image without a row is good',
      leftOut: leftOut(
        'a test set that was published without labels',
        'note',
        unlabelled,
        listing.images.length,
      ),
    }
  },
}

interface Runs {
  readonly defect: string
  readonly numbers: readonly number[]
}

/** By image; classes without pixels have none. */
async function readRuns(path: string): Promise<{ runs: Map<string, Runs[]>; issues: DatasetIssue[] }> {
  const { rows, bad } = parseManifest(path, await readBytes(path))
  if (rows.length > 0 && !rows.some(({ cells }) => 'ImageId' in cells || 'ImageId_ClassId' in cells))
    throw new InputError(
      path,
      'has no column ImageId or ImageId_ClassId: it is no list of run lengths of Severstal',
    )
  const issues = bad.map(
    ({ line, reason }): DatasetIssue => ({
      kind: 'bad-row',
      severity: 'error',
      path,
      message: `line ${line} ${reason}`,
    }),
  )
  const runs = new Map<string, Runs[]>()
  for (const { cells } of rows) {
    const both = /^(.*)_(\d+)$/.exec(cells.ImageId_ClassId ?? '')
    const image = cells.ImageId ?? both?.[1]
    const defect = cells.ClassId ?? both?.[2] ?? ''
    if (image === undefined || cells.EncodedPixels === undefined || cells.EncodedPixels === '-1') continue
    const own = { defect, numbers: cells.EncodedPixels.split(/\s+/).map(Number) }
    const found = runs.get(image)
    if (found === undefined) runs.set(image, [own])
    else found.push(own)
  }
  return { runs, issues }
}

/** Starts and lengths to lengths outside and inside in turn; or what is wrong with them. */
function regionOf(numbers: readonly number[], { width, height }: Size): Region | string {
  const pixels = width * height
  const counts: number[] = []
  let at = 0
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const start = numbers[i]! - 1
    const length = numbers[i + 1]!
    if (!Number.isInteger(start) || !Number.isInteger(length) || length <= 0)
      return `"${numbers[i]} ${numbers[i + 1]}" is no run`
    if (start < at) return 'runs overlap or are out of order'
    if (start + length > pixels) return `they reach pixel ${start + length}, the image has ${pixels}`
    counts.push(start - at, length)
    at = start + length
  }
  if (numbers.length % 2 === 1) return 'an odd number of numbers; starts and lengths come in pairs'
  return { kind: 'runs', box: { x: 0, y: 0, width, height }, order: 'columns', counts }
}
