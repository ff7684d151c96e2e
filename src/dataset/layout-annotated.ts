/**
 * Images and annotation files, as annotation programs export them: COCO, CVAT, YOLO, Pascal VOC with boxes, labelme, Lookout for Vision.
 * An image with a mark is anomalous, one that is named and has none is good; classes called good, ok, normal or background are no defects.
 * Where folders are called good or the like, they are the labels, and annotations only say where the defects are (`attachAnnotations`).
 */
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { readText } from '../files/read-json.ts'
import { readImageSize } from '../image/read-image-size.ts'
import { checkCancelled, type Task } from '../task.ts'
import { type AnnotatedImage, type Annotations, describeWithoutArea } from './annotations/annotation.ts'
import { readLookoutLine } from './annotations/lookout.ts'
import { type FindImage, imageFinder } from './annotations/match-images.ts'
import { readAnnotations } from './annotations/read-annotations.ts'
import { readYolo, yoloClasses } from './annotations/yolo.ts'
import { type Layout, type LayoutReading, listedSample } from './layout.ts'
import { leftOut } from './left-out.ts'
import { type Listing, withoutEnding } from './listing.ts'
import { folderMeaning, normaliseName, splitOfMeaning } from './names/folder-meaning.ts'
import type { DatasetIssue, LayoutName, MaskSource, Sample, Split } from './sample.ts'

/** An image of the listing, and what a file says of it. */
export interface Marked {
  readonly id: string
  /** Relative. */
  readonly file: string
  readonly image: AnnotatedImage
}

const cocoName =
  /(^|\/)(_annotations\.coco|_annotations|annotations?|instances?(_\w+)?|result|coco(_\w+)?|labels(_\w+)?)\.json$|(^|\/)annotations\/[^/]+\.json$/i
const isCoco = (file: string): boolean => cocoName.test(file)
const isCvat = (file: string): boolean => /(^|\/)annotations[^/]*\.xml$/i.test(file)
const isVoc = (file: string): boolean => /(^|\/)annotations\/[^/]+\.xml$/i.test(file)
const isYolo = (file: string): boolean => /(^|\/)labels\/([^/]+\/)*[^/]+\.txt$/i.test(file)
const isYoloClasses = (file: string): boolean => /(^|\/)(data|dataset)\.ya?ml$/i.test(file)
const isLookout = (file: string): boolean => /\.manifest$/i.test(file)

const labelmeOf = (listing: Listing, image: string): string | null => {
  const file = `${withoutEnding(image)}.json`
  return listing.has(file) ? file : null
}

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

const fromFiles =
  (isOne: (file: string) => boolean, format: string) =>
  async (listing: Listing, find: FindImage, task: Task): Promise<LayoutReading> => {
    const files = listing.files.filter(isOne)
    const marked = await readMarked(listing, files, find, task)
    return readingOf(listing, marked, `annotations of ${format} lie in it, such as ${files[0]}`)
  }

export const annotatedLayouts: readonly Layout[] = [
  annotated('lookout', '*.manifest with source-ref', ({ files }) => files.some(isLookout), readLookout),
  annotated('coco', '_annotations.coco.json or annotations/*.json', ({ files }) => files.some(isCoco), fromFiles(isCoco, 'COCO')),
  annotated('cvat', 'annotations.xml', ({ files }) => files.some(isCvat), fromFiles(isCvat, 'CVAT')),
  annotated('yolo', 'images and labels/*.txt', ({ files }) => files.some(isYolo), readYoloFolder),
  annotated(
    'voc',
    'Annotations/*.xml',
    ({ files }) => files.some(isVoc) && !files.some((file) => /(^|\/)SegmentationClass\//.test(file)),
    fromFiles(isVoc, 'Pascal VOC'),
  ),
  annotated(
    'labelme',
    'images with a .json of labelme beside them',
    (listing) => listing.images.some((image) => labelmeOf(listing, image) !== null),
    (listing, find, task) => {
      const files = listing.images.flatMap((image) => labelmeOf(listing, image) ?? [])
      return readMarked(listing, files, find, task).then((marked) =>
        readingOf(listing, marked, 'annotations of labelme lie beside its images'),
      )
    },
  ),
]

interface ReadMarks {
  readonly marked: readonly Marked[]
  readonly issues: readonly DatasetIssue[]
}

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
      const path = join(listing.root, file)
      const { images, remarks } = await readAnnotations(path)
      for (const message of remarks)
        issues.push({ kind: 'unusable-annotation', severity: 'warning', path, message })
      const lost: string[] = []
      for (const image of images) {
        const id = find(image.name, file)
        if (id === null) lost.push(image.name)
        else marked.push({ id, file, image })
      }
      if (lost.length > 0) {
        const message = `names ${lost.length} images that are not in the folder, or that several are called, such as ${lost[0]}`
        issues.push({ kind: 'missing-file', severity: lost.length === images.length ? 'error' : 'warning', path, message })
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
  return readingOf(listing, { marked, issues }, 'images and labels of YOLO lie in it; an image without labels is good')
}

async function readLookout(listing: Listing, find: FindImage, task: Task): Promise<LayoutReading> {
  const samples = new Map<string, Sample>()
  const issues: DatasetIssue[] = []
  const explained: string[] = []
  for (const file of listing.files.filter(isLookout)) {
    checkCancelled(task)
    const path = join(listing.root, file)
    const issue = (line: number, message: string): void => {
      issues.push({ kind: 'bad-row', severity: 'error', path, message: `line ${line} ${message}` })
    }
    for (const [i, text] of (await readText(path)).split(/\r?\n/).entries()) {
      if (text.trim() === '') continue
      const row = readLookoutLine(parsed(text))
      if (row === null) issue(i + 1, 'is none of Lookout for Vision: it has no source-ref')
      else if (row.isAnomaly === null) issue(i + 1, `does not say whether ${row.image} is an anomaly`)
      else {
        const id = find(row.image, file)
        if (id === null) {
          issue(i + 1, `names ${row.image}, which is not in the folder: copy the bucket's images into it`)
          continue
        }
        const maskId = row.mask === null ? null : find(row.mask, file)
        if (maskId !== null) explained.push(maskId)
        const background = row.background.length > 0 ? { background: row.background } : {}
        const mask: MaskSource | null =
          maskId === null || !row.isAnomaly ? null : { kind: 'file', path: join(listing.root, maskId), ...background }
        const defect = row.isAnomaly && row.defects.length === 1 ? row.defects[0]! : null
        const label = row.isAnomaly ? 'anomalous' : 'nominal'
        samples.set(id, listedSample(listing, id, { label, defect, mask, split: splitOf(file) ?? splitOf(id) }))
      }
    }
  }
  return { samples: [...samples.values()], issues, explained, why: 'a manifest of Lookout for Vision lies in it' }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Whether a class is one of defects. */
const isDefect = (label: string): boolean =>
  folderMeaning(label) !== 'nominal' && !/^_?background_?$/.test(normaliseName(label))

/** A published split by a folder in the path, or by the name of the file: `train/`, `valid.json`. */
const splitOf = (path: string): Split | null =>
  withoutEnding(path)
    .split('/')
    .map((name) => splitOfMeaning(folderMeaning(name)))
    .find((split) => split !== null) ?? null

function readingOf(listing: Listing, { marked, issues }: ReadMarks, why: string): LayoutReading {
  const byImage = new Map<string, Marked[]>()
  for (const each of marked) byImage.set(each.id, [...(byImage.get(each.id) ?? []), each])
  const samples: Sample[] = []
  for (const [id, own] of byImage) {
    const labels = own.flatMap(({ image }) => [...image.regions, ...image.withoutArea].map(({ label }) => label))
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
  if (regions.length === 0 || images.some(({ withoutArea }) => withoutArea.some(({ kind, label }) => kind !== 'tag' && isDefect(label)))) return null
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
  return without === ''
    ? []
    : [
        {
          kind: 'unusable-annotation',
          severity: 'warning',
          path: join(listing.root, marked[0]!.file),
          message: `marks ${without}: such images are anomalous and have no mask, so there are no pixel figures for them`,
        },
      ]
}

/** Files of annotations in a folder whose classes are folders: COCO and CVAT by their names, labelme by those of the images. */
export function annotationFiles(listing: Listing): readonly string[] {
  const beside = listing.images.flatMap((image) => labelmeOf(listing, image) ?? [])
  return [...new Set([...listing.files.filter((file) => isCoco(file) || isCvat(file)), ...beside])]
}

/** Masks from annotation files for anomalous samples without one. @returns The samples as they were where there is nothing. */
export async function attachAnnotations(
  listing: Listing,
  samples: readonly Sample[],
  task: Task,
): Promise<{ readonly samples: readonly Sample[]; readonly issues: readonly DatasetIssue[]; readonly notes: readonly string[] }> {
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
      const { images, remarks }: Annotations = await readAnnotations(path)
      for (const image of images) {
        // labelme names its image as it was when it was annotated; it lies beside it all the same.
        const id = find(image.name, file) ?? find(`${withoutEnding(file)}`, file)
        if (id !== null) marked.push({ id, file, image })
      }
      for (const message of remarks) issues.push({ kind: 'unusable-annotation', severity: 'warning', path, message })
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
    notes: count > 0 ? [`Masks of ${count} images are drawn from annotation files, such as ${files[0]}.`] : [],
  }
}
