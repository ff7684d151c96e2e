/** From a path to a dataset: which layout it has, which samples, and what is wrong with it, without opening an image. */
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { quietTask, type Task } from '../task.ts'
import { attachAnnotations } from './attach-annotations.ts'
import { type ClassChoice, noChoice } from './folder-classes.ts'
import { describeFolder, nestedHint, unrecognised } from './hints.ts'
import type { LayoutReading } from './layout.ts'
import { isManifestName, manifestNames, readManifest } from './layout-manifest.ts'
import { foldersLayout } from './layout-tree.ts'
import { layouts } from './layouts.ts'
import { leftOut } from './left-out.ts'
import { type Listing, listFolder, markerName } from './listing.ts'
import { applyPartPattern } from './part-pattern.ts'
import { describePublished } from './published/published.ts'
import type { Dataset, DatasetIssue, LayoutName, LeftOut, Sample } from './sample.ts'
import { settleMasks } from './settle-masks.ts'
import { partOfWhole } from './which-is-good.ts'

export interface OpenDatasetOptions {
  readonly layout?: LayoutName | 'auto'
  /** Regular expression over the sample's id whose first group is the part; overrides the layout's parts. */
  readonly partPattern?: string
  /** Which folders hold good parts, and which defects, where their names do not say so. */
  readonly choice?: ClassChoice
  readonly task?: Task
}

/**
 * Opens a folder, or a manifest file. With `auto`, a manifest in the folder wins over what else the folder looks like.
 *
 * @throws {InputError} Missing or empty, of no known layout or not of the one asked for, or without a single usable row.
 * @throws {UsageError} The part pattern is wrong or matches nothing.
 * Cost: names, for annotations and manifests their text, and that of `settleMasks`.
 */
export async function openDataset(path: string, options: OpenDatasetOptions = {}): Promise<Dataset> {
  const { layout = 'auto', partPattern, choice = noChoice, task = quietTask } = options
  const reading = await readLayout(resolve(path), layout, choice, task)
  const { samples, issues } = reading
  if (samples.length === 0)
    throw new InputError(path, `holds no images in the layout ${reading.layout}${firstOf(issues)}`)
  const parts = partPattern === undefined ? { samples, issues: [] } : applyPartPattern(samples, partPattern)
  const sorted = [...parts.samples].sort((a, b) => (a.id < b.id ? -1 : 1))
  const masks = await settleMasks(sorted, task)
  return {
    path,
    root: reading.root,
    layout: reading.layout,
    samples: masks.samples,
    issues: [
      ...issues,
      ...parts.issues,
      ...masks.issues,
      ...missingMasks(sorted),
      ...missingNominals(sorted, path),
    ],
    why: reading.why ?? '',
    leftOut: reading.leftOut ?? [],
    notes: [...(reading.notes ?? []), ...masks.notes],
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

async function readLayout(
  path: string,
  wanted: LayoutName | 'auto',
  choice: ClassChoice,
  task: Task,
): Promise<RootedReading> {
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
    return { root: dirname(path), layout: 'manifest', ...(await readManifest(path, task, choice)) }
  }
  const listing = await listFolder(path, task)
  const manifest = manifestNames.find((name) => listing.has(name))
  if (manifest !== undefined && (wanted === 'auto' || wanted === 'manifest')) {
    return { root: path, layout: 'manifest', ...(await readManifest(join(path, manifest), task, choice)) }
  }
  if (listing.files.length === 0) throw new InputError(path, 'is empty: no files in it or below it')
  await refuseOwnOutput(path)
  const found = layouts.find(({ name, recognise }) =>
    wanted === 'auto' ? recognise(listing, choice) : name === wanted,
  )
  // Images in folders whose names say nothing: reading them tells what to ask.
  const layout =
    found ??
    (wanted === 'auto' && listing.images.length > 0 && nestedHint(listing) === '' ? foldersLayout : undefined)
  if (layout === undefined) throw unrecognised(listing)
  const reading = await layout.read(listing, task, choice)
  if (reading.samples.length === 0) {
    throw new InputError(
      path,
      `is not of the layout ${layout.name}: expected ${layout.expects}; found ${describeFolder(listing)}${nestedHint(listing)}`,
    )
  }
  const once = withoutLinkedTwice(reading.samples, listing)
  const known = reading.annotations ?? { files: [], marked: [] }
  const drawn = await attachAnnotations(listing, once.samples, known, task)
  const { samples, notes } = await describePublished(path, drawn.samples)
  return {
    ...reading,
    root: path,
    layout: layout.name,
    samples,
    issues: [...listing.issues, ...reading.issues, ...once.issues, ...drawn.issues],
    leftOut: [...(reading.leftOut ?? []), ...strays(listing, reading), ...passedOver(listing)],
    notes: [...notes, ...(reading.notes ?? []), ...drawn.notes, ...(await wholeNote(path))],
  }
}

/** One split of a dataset, or one class, opened as if it were all. */
async function wholeNote(path: string): Promise<string[]> {
  const note = await partOfWhole(path)
  return note === null ? [] : [`${note}.`]
}

/** @throws {InputError} The folder is a run, a model or a folder of heat maps, whose pictures are no photographs. */
async function refuseOwnOutput(path: string): Promise<void> {
  const kind = await readFile(join(path, markerName), 'utf8').catch(() => '')
  if (['run', 'model', 'maps', 'experiment'].includes(kind.trim()))
    throw new InputError(path, `is a ${kind.trim()} that Plumbline wrote, no dataset`)
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(path, `cannot be opened: ${systemReason(cause)}`, { cause })
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

/** Images that no sample names and the layout does not explain. */
function strays(listing: Listing, { samples, explained = [] }: LayoutReading): readonly LeftOut[] {
  if (explained === listing.images) return []
  const used = new Set(explained.map((file) => join(listing.root, file)))
  for (const { path, mask, foreground } of samples) {
    for (const each of [path, mask?.path, foreground?.path]) if (each !== undefined) used.add(each)
  }
  const left = listing.images.filter((image) => !used.has(join(listing.root, image)))
  return leftOut('images that belong to no sample', 'image', left, listing.images.length)
}

/** Folders that were not looked into. */
const passedOver = ({ passedOver: { system, own } }: Listing): LeftOut[] => [
  ...leftOut('folders of the system or the archive program', 'note', system, system.length),
  ...leftOut('folders that Plumbline wrote', 'note', own, own.length),
]

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
  return [{ kind: 'no-nominal', severity: 'error', path, message }]
}
