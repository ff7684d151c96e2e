/** From a path to a dataset: which layout it has, which samples, and what is wrong with it, without opening an image. */
import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { quietTask, type Task } from '../task.ts'
import type { Layout, LayoutReading } from './layout.ts'
import { bsdLayout } from './layout-bsd.ts'
import { foldersLayout } from './layout-folders.ts'
import { isManifestName, manifestNames, readManifest } from './layout-manifest.ts'
import { mtdLayout } from './layout-mtd.ts'
import { mvtecLayout } from './layout-mvtec.ts'
import { folderOf, type Listing, listFolder } from './listing.ts'
import { applyPartPattern } from './part-pattern.ts'
import type { Dataset, DatasetIssue, LayoutName, Sample } from './sample.ts'

export interface OpenDatasetOptions {
  readonly layout?: LayoutName | 'auto'
  /** Regular expression over the sample's id whose first group is the part; overrides the layout's parts. */
  readonly partPattern?: string
  readonly task?: Task
}

/** In the order of recognition: the particular before the general. */
const layouts: readonly Layout[] = [bsdLayout, mtdLayout, mvtecLayout, foldersLayout]

/**
 * Opens a folder, or a manifest file. With `auto`, a manifest in the folder wins over what else the folder looks like.
 *
 * @throws {InputError} Missing or empty, of no known layout or not of the one asked for, or without a single usable row.
 * @throws {UsageError} The part pattern is wrong or matches nothing.
 * Cost: names only, and for labelme annotations and manifests their text.
 */
export async function openDataset(path: string, options: OpenDatasetOptions = {}): Promise<Dataset> {
  const { layout = 'auto', partPattern, task = quietTask } = options
  const reading = await readLayout(resolve(path), layout, task)
  const { samples, issues } = reading
  if (samples.length === 0)
    throw new InputError(path, `holds no images in the layout ${reading.layout}${firstOf(issues)}`)
  const parts = partPattern === undefined ? { samples, issues: [] } : applyPartPattern(samples, partPattern)
  const sorted = [...parts.samples].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    path,
    root: reading.root,
    layout: reading.layout,
    samples: sorted,
    issues: [...issues, ...parts.issues, ...missingMasks(sorted), ...missingNominals(sorted, path)],
    why: reading.why ?? '',
    leftOut: reading.leftOut ?? [],
    notes: reading.notes ?? [],
  }
}

const firstOf = (issues: readonly DatasetIssue[]): string =>
  issues.length === 0
    ? ''
    : `; ${issues.length} problems, the first: ${issues[0]!.path}: ${issues[0]!.message}`

interface RootedReading extends LayoutReading {
  readonly root: string
  readonly layout: LayoutName
}

async function readLayout(path: string, wanted: LayoutName | 'auto', task: Task): Promise<RootedReading> {
  if (!(await isFolder(path))) {
    if (wanted !== 'auto' && wanted !== 'manifest') {
      throw new InputError(path, `is a file; the layout ${wanted} needs a folder`)
    }
    if (!isManifestName(path)) {
      throw new InputError(
        path,
        'is a file but no manifest: expected a folder, or a .csv, .tsv, .jsonl or .ndjson file',
      )
    }
    return { root: dirname(path), layout: 'manifest', ...(await readManifest(path, task)) }
  }
  const listing = await listFolder(path, task)
  const manifest = manifestNames.find((name) => listing.has(name))
  if (manifest !== undefined && (wanted === 'auto' || wanted === 'manifest')) {
    return { root: path, layout: 'manifest', ...(await readManifest(join(path, manifest), task)) }
  }
  if (listing.files.length === 0) throw new InputError(path, 'is empty: no files in it or below it')
  const layout = layouts.find(({ name, recognise }) =>
    wanted === 'auto' ? recognise(listing) : name === wanted,
  )
  if (layout === undefined) throw unrecognised(listing)
  const reading = await layout.read(listing, task)
  if (reading.samples.length === 0) {
    throw new InputError(
      path,
      `is not of the layout ${layout.name}: expected ${layout.expects}; found ${describe(listing)}`,
    )
  }
  const { samples, issues } = withoutLinkedTwice(reading.samples, listing)
  return {
    root: path,
    layout: layout.name,
    samples,
    issues: [...listing.issues, ...reading.issues, ...issues, ...leftOver(listing, reading)],
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(path, `cannot be opened: ${systemReason(cause)}`, { cause })
  }
}

function unrecognised(listing: Listing): InputError {
  const wanted = [
    ...layouts.map(({ name, expects }) => `\n  ${name.padEnd(8)}  ${expects}`),
    `\n  manifest  ${manifestNames.join(', ')}`,
  ]
  return new InputError(
    listing.root,
    `is of no known layout; found ${describe(listing)}${nestedHint(listing)}; expected one of:${wanted.join('')}`,
  )
}

function describe(listing: Listing): string {
  const names = listing.subfolders('')
  const folders = names.length === 0 ? 'no folders' : `the folders ${names.slice(0, 6).join(', ')}`
  return `${folders}${names.length > 6 ? ', ...' : ''} and ${listing.images.length} images in all`
}

/** A folder one level down that looks like a dataset: a category of MVTec AD, or an archive's extra folder. */
function nestedHint(listing: Listing): string {
  const nested = listing.subfolders('').filter((name) => {
    const below = narrowed(listing, name)
    return layouts.some(({ recognise }) => recognise(below)) || manifestNames.some((file) => below.has(file))
  })
  if (nested.length === 0) return ''
  const more = nested.length > 1 ? ` (or one of ${nested.length - 1} more)` : ''
  return `; did you mean ${join(listing.root, nested[0]!)}${more}?`
}

function narrowed(listing: Listing, folder: string): Listing {
  const inside = (path: string): string => (path === '' ? folder : `${folder}/${path}`)
  const outside = (paths: readonly string[]): string[] => paths.map((path) => path.slice(folder.length + 1))
  return {
    root: join(listing.root, folder),
    files: outside(listing.files.filter((file) => file.startsWith(`${folder}/`))),
    images: outside(listing.imagesBelow(folder)),
    issues: [],
    subfolders: (path) => listing.subfolders(inside(path)),
    imagesIn: (path) => outside(listing.imagesIn(inside(path))),
    imagesBelow: (path) => outside(listing.imagesBelow(inside(path))),
    findImage: (path) => listing.findImage(inside(path))?.slice(folder.length + 1),
    has: (path) => listing.has(inside(path)),
    linkTarget: (path) => listing.linkTarget(inside(path)),
  }
}

/** One file under two names, by links: the first name counts, and two labels for it are an error. */
function withoutLinkedTwice(
  samples: readonly Sample[],
  listing: Listing,
): { readonly samples: readonly Sample[]; readonly issues: readonly DatasetIssue[] } {
  if (!samples.some(({ id }) => listing.linkTarget(id) !== undefined)) return { samples, issues: [] }
  const byFile = new Map<string, Sample>()
  const issues: DatasetIssue[] = []
  for (const sample of samples) {
    const file = listing.linkTarget(sample.id) ?? sample.path
    const first = byFile.get(file)
    if (first === undefined) byFile.set(file, sample)
    else if (first.label === sample.label) {
      const message = `is the same file as ${first.id}, which counts`
      issues.push({ kind: 'duplicate-path', severity: 'warning', path: sample.path, message })
    } else {
      const message = `is ${first.label}, and as ${sample.id}, the same file, ${sample.label}`
      issues.push({ kind: 'conflicting-labels', severity: 'error', path: first.path, message })
    }
  }
  return { samples: [...byFile.values()], issues }
}

/** Images that no sample names, one issue a folder. */
function leftOver(listing: Listing, { samples, explained = [] }: LayoutReading): DatasetIssue[] {
  const used = new Set(explained.map((file) => join(listing.root, file)))
  for (const { path, mask, foreground } of samples) {
    for (const each of [path, mask?.path, foreground?.path]) if (each !== undefined) used.add(each)
  }
  const byFolder = new Map<string, string[]>()
  for (const image of listing.images) {
    if (used.has(join(listing.root, image))) continue
    const folder = folderOf(image)
    const images = byFolder.get(folder)
    if (images === undefined) byFolder.set(folder, [image])
    else images.push(image)
  }
  return [...byFolder].map(([folder, images]) => ({
    kind: 'unknown-file',
    severity: 'warning',
    path: join(listing.root, folder),
    message: `${images.length} images here belong to no sample, such as ${basename(images[0]!)}`,
  }))
}

/** Where some anomalous samples have masks, those without are worth a word. */
function missingMasks(samples: readonly Sample[]): DatasetIssue[] {
  const anomalous = samples.filter(({ label }) => label === 'anomalous')
  if (!anomalous.some(({ mask }) => mask !== null)) return []
  return anomalous
    .filter(({ mask }) => mask === null)
    .map(({ path }) => ({
      kind: 'missing-mask',
      severity: 'warning',
      path,
      message: 'is anomalous and has no mask, though others have one',
    }))
}

function missingNominals(samples: readonly Sample[], path: string): DatasetIssue[] {
  if (samples.some(({ label }) => label === 'nominal')) return []
  const message = 'no image is labelled nominal: there is nothing to learn from'
  return [{ kind: 'label-without-images', severity: 'error', path, message }]
}
