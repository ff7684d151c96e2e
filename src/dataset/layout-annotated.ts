/**
 * Images and annotation files, as annotation programs export them: COCO, CVAT, YOLO, Pascal VOC with boxes, labelme, Lookout for Vision.
 * An image with a mark is anomalous, one that is named and has none is good; classes called good, ok, normal or background are no defects.
 * Where folders are called good or the like, they are the labels, and annotations only say where the defects are (`attachAnnotations`).
 */
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { readText } from '../files/read-json.ts'
import { readImageSize } from '../image/read-image-size.ts'
import { groupBy } from '../math/group-by.ts'
import { checkCancelled, type Task } from '../task.ts'
import { type AnnotatedImage, describeWithoutArea, type Marked } from './annotations/annotation.ts'
import { type FindImage, imageFinder } from './annotations/match-images.ts'
import { readAnnotations } from './annotations/read-annotations.ts'
import { readYolo, yoloClasses } from './annotations/yolo.ts'
import { type Layout, type LayoutReading, listedSample } from './layout.ts'
import { isLookout, readLookout, splitOf } from './layout-lookout.ts'
import { leftOut } from './left-out.ts'
import { type Listing, withoutEnding } from './listing.ts'
import { folderMeaning, normaliseName } from './names/folder-meaning.ts'
import type { DatasetIssue, LayoutName, MaskSource, Sample } from './sample.ts'

const cocoName =
  /(^|\/)(_annotations\.coco|_annotations|annotations?|instances?(_\w+)?|result|coco(_\w+)?|labels(_\w+)?)\.json$|(^|\/)annotations\/[^/]+\.json$/i
export const isCoco = (file: string): boolean => cocoName.test(file)
export const isCvat = (file: string): boolean => /(^|\/)annotations[^/]*\.xml$/i.test(file)
const isVoc = (file: string): boolean => /(^|\/)annotations\/[^/]+\.xml$/i.test(file)
const isYolo = (file: string): boolean => /(^|\/)labels\/([^/]+\/)*[^/]+\.txt$/i.test(file)
const isYoloClasses = (file: string): boolean => /(^|\/)(data|dataset)\.ya?ml$/i.test(file)

/** Files that are called like the images beside which they lie. */
export const labelmeFiles = (listing: Listing): string[] =>
  listing.images.map((image) => `${withoutEnding(image)}.json`).filter((file) => listing.has(file))

/** Whether a folder of images is called good, or the like: then folders are the labels. */
const hasGoodFolder = (listing: Listing): boolean =>
  listing.images.some((image) =>
    image
      .split('/')
      .slice(0, -1)
      .some((name) => folderMeaning(name) === 'nominal'),
  )

const annotated = (
  name: LayoutName,
  expects: string,
  isOne: (listing: Listing) => boolean,
  read: (listing: Listing, find: FindImage, task: Task) => Promise<LayoutReading>,
): Layout => ({
  name,
  expects,
  recognise: (listing) => listing.images.length > 0 && isOne(listing) && !hasGoodFolder(listing),
  read: (listing, task) => read(listing, imageFinder(listing), task),
})

async function fromFiles(
  files: readonly string[],
  why: string,
  listing: Listing,
  find: FindImage,
  task: Task,
): Promise<LayoutReading> {
  const read = await readMarked(listing, files, find, task)
  return { ...readingOf(listing, read, why), annotations: { files, marked: read.marked } }
}

const ofFormat =
  (isOne: (file: string) => boolean, format: string) =>
  (listing: Listing, find: FindImage, task: Task): Promise<LayoutReading> => {
    const files = listing.files.filter(isOne)
    return fromFiles(files, `annotations of ${format} lie in it, such as ${files[0]}`, listing, find, task)
  }

export const annotatedLayouts: readonly Layout[] = [
  annotated('lookout', '*.manifest with source-ref', ({ files }) => files.some(isLookout), readLookout),
  annotated(
    'coco',
    '_annotations.coco.json or annotations/*.json',
    ({ files }) => files.some(isCoco),
    ofFormat(isCoco, 'COCO'),
  ),
  annotated('cvat', 'annotations.xml', ({ files }) => files.some(isCvat), ofFormat(isCvat, 'CVAT')),
  annotated('yolo', 'images and labels/*.txt', ({ files }) => files.some(isYolo), readYoloFolder),
  annotated(
    'voc',
    'Annotations/*.xml',
    ({ files }) => files.some(isVoc) && !files.some((file) => /(^|\/)SegmentationClass\//.test(file)),
    ofFormat(isVoc, 'Pascal VOC'),
  ),
  annotated(
    'labelme',
    'images with a .json of labelme beside them',
    (listing) => labelmeFiles(listing).length > 0,
    (listing, find, task) =>
      fromFiles(labelmeFiles(listing), 'annotations of labelme lie beside its images', listing, find, task),
  ),
]

interface ReadMarks {
  readonly marked: readonly Marked[]
  readonly issues: readonly DatasetIssue[]
}

/** What one file says. @returns Names of images that are not there too. @throws {InputError} as `readAnnotations`. */
export async function readMarks(
  listing: Listing,
  file: string,
  find: FindImage,
): Promise<ReadMarks & { readonly lost: readonly string[] }> {
  const path = join(listing.root, file)
  const { images, remarks } = await readAnnotations(path)
  // labelme names its image as it was called when it was annotated; it lies beside it all the same.
  const beside = listing.findImage(withoutEnding(file))
  const marked: Marked[] = []
  const lost: string[] = []
  for (const image of images) {
    const id = beside ?? find(image.name, file)
    if (id === null) lost.push(image.name)
    else marked.push({ id, file, image })
  }
  return { marked, lost, issues: remarks.map((message) => unusable(path, message)) }
}

export const unusable = (path: string, message: string): DatasetIssue => ({
  kind: 'unusable-annotation',
  severity: 'warning',
  path,
  message,
})

async function readMarked(
  listing: Listing,
  files: readonly string[],
  find: FindImage,
  task: Task,
): Promise<ReadMarks> {
  const marked: Marked[] = []
  const issues: DatasetIssue[] = []
  const progress = task.progress('annotations', 'files')
  try {
    for (const [k, file] of files.entries()) {
      checkCancelled(task)
      progress.update(k, files.length)
      const read = await readMarks(listing, file, find)
      marked.push(...read.marked)
      issues.push(...read.issues)
      const { lost } = read
      if (lost.length > 0) {
        const message = `names ${lost.length} images that are not in the folder, or that several are called, such as ${lost[0]}`
        issues.push({
          kind: 'missing-file',
          severity: read.marked.length === 0 ? 'error' : 'warning',
          path: join(listing.root, file),
          message,
        })
      }
    }
  } finally {
    progress.end()
  }
  return { marked, issues }
}

async function readYoloFolder(listing: Listing, _: FindImage, task: Task): Promise<LayoutReading> {
  const yaml = listing.files.find(isYoloClasses)
  const classes = yaml === undefined ? [] : yoloClasses(await readText(join(listing.root, yaml)))
  const marked: Marked[] = []
  const issues: DatasetIssue[] = []
  for (const id of listing.images) {
    checkCancelled(task)
    const file = `${withoutEnding(id).replace(/(^|\/)images\//, '$1labels/')}.txt`
    const nothing: AnnotatedImage = { name: id, size: null, regions: [], withoutArea: [] }
    if (!listing.has(file)) {
      marked.push({ id, file, image: nothing })
      continue
    }
    try {
      const size = await readImageSize(join(listing.root, id))
      const path = join(listing.root, file)
      marked.push({ id, file, image: readYolo(path, await readText(path), id, size, classes) })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      issues.push({
        kind: 'unusable-annotation',
        severity: 'error',
        path: join(listing.root, id),
        message: `its labels cannot be used: ${error.message}`,
      })
    }
  }
  return readingOf(
    listing,
    { marked, issues },
    'images and labels of YOLO lie in it; an image without labels is good',
  )
}

/** Whether a class is one of defects. */
const isDefect = (label: string): boolean =>
  folderMeaning(label) !== 'nominal' && !/^_?background_?$/.test(normaliseName(label))

function readingOf(listing: Listing, { marked, issues }: ReadMarks, why: string): LayoutReading {
  const byImage = groupBy(marked, ({ id }) => id)
  const samples: Sample[] = []
  for (const [id, own] of byImage) {
    const labels = own.flatMap(({ image }) =>
      [...image.regions, ...image.withoutArea].map(({ label }) => label),
    )
    const defects = [...new Set(labels.filter(isDefect))].sort()
    const isBad = defects.length > 0
    samples.push(
      listedSample(listing, id, {
        label: isBad ? 'anomalous' : 'nominal',
        defect: isBad ? defects.join('+') || null : null,
        mask: isBad ? maskOfMarks(listing, own) : null,
        split: splitOf(id) ?? splitOf(own[0]!.file),
      }),
    )
  }
  const unnamed = listing.images.filter((image) => !byImage.has(image))
  return {
    samples,
    issues: [...issues, ...areaIssues(listing, marked)],
    why: `${why}; an image with a mark is anomalous, one without is good`,
    explained: unnamed,
    leftOut: leftOut('images that the annotations do not name', 'image', unnamed, listing.images.length),
  }
}

/** The regions of all files that speak of an image; null where one of them marks a defect without saying which pixels it is. */
export function maskOfMarks(listing: Pick<Listing, 'root'>, own: readonly Marked[]): MaskSource | null {
  const images = own.map(({ image }) => image)
  const regions = images.flatMap((image) => image.regions.filter(({ label }) => isDefect(label)))
  if (
    regions.length === 0 ||
    images.some(({ withoutArea }) => withoutArea.some(({ kind, label }) => kind !== 'tag' && isDefect(label)))
  )
    return null
  return {
    kind: 'regions',
    path: join(listing.root, own[0]!.file),
    size: images.find(({ size }) => size !== null)?.size ?? null,
    regions: regions.map(({ region }) => region),
  }
}

/** One sentence for all marks that are no areas. */
export function areaIssues(listing: Pick<Listing, 'root'>, marked: readonly Marked[]): DatasetIssue[] {
  const without = describeWithoutArea(marked.map(({ image }) => image))
  if (without === '') return []
  const message = `marks ${without}: such images are anomalous and have no mask, so there are no pixel figures for them`
  return [unusable(join(listing.root, marked[0]!.file), message)]
}
