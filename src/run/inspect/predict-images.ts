/** Judges images with a model folder: score, verdict, heat map; one bad image is an entry, not the end. */
import { stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { Outcome } from '../../backbone/vision.ts'
import { type MaskFile, sortImages } from '../../dataset/image-roles.ts'
import { leftOut as leftOutOf } from '../../dataset/left-out.ts'
import { type Listing, listFolder } from '../../dataset/listing.ts'
import type { LeftOut } from '../../dataset/sample.ts'
import type { DetectorMethod } from '../../detector/detector.ts'
import { InputError, UsageError } from '../../errors.ts'
import { isSystemError } from '../../files/atomic.ts'
import { readPixelHead } from '../../image/pixel-head.ts'
import type { PixelReading } from '../../image/pixel-reading.ts'
import type { Inspection } from '../../inspect/inspector.ts'
import { openModel } from '../../inspect/open-model.ts'
import { makeRequest } from '../../options/request.ts'
import { type PredictOptions, type PredictRequest, predictAsk } from '../../options/requests/predict.ts'
import { leftOutWords } from '../../report/understood-words.ts'
import { checkCancelled, mapConcurrent, quietTask, type Task } from '../../task.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { PredictedImage, Prediction } from '../../wire/prediction.ts'
import type { Understood } from '../../wire/understood.ts'
import { claimFolder } from '../folder/claim-folder.ts'
import { heatMapPath, writeHeatMap } from '../folder/heat-map-file.ts'
import { beyondWords, depthOfCard, shareBeyond } from './beyond-range.ts'
import { guardInput } from './guard-input.ts'
import { judgeParts } from './judge-parts.ts'

interface Wanted {
  readonly path: string
  /** Which page of several. */
  readonly reading?: PixelReading
  /** Name of its heat map below the output folder. */
  readonly name: string
}

/**
 * @param methods - Detectors of one's own that the model may be of.
 * @throws {ModelError} The model folder or its backbone's weights are not what they should be.
 * @throws {UsageError} The model has no threshold and none was named; the folder for heat maps is somebody else's.
 * @throws {InputError} A folder without images.
 */
export async function predictImages(
  options: PredictOptions,
  task: Task = quietTask,
  methods: readonly DetectorMethod[] = [],
): Promise<Prediction> {
  const request = await makeRequest(predictAsk, options)
  const { model, out, threshold, weights, cache, device, threads } = request
  if (out !== null) await claimFolder(out, 'maps')
  const { wanted: found, leftOut } = await findImages(request.images, task)
  for (const group of leftOut) task.note(`left out: ${leftOutWords(group)}`)
  const machine = { device, threads, cache, weights }
  const { input, trust } = request
  const inspector = await openModel(model, { ...machine, input, trust, methods, images: found.length, task })
  const images: PredictedImage[] = []
  const guard = guardInput(inspector.card, task)
  const depth = depthOfCard(inspector.card)
  const progress = task.progress('predict', 'images')
  try {
    const wanted = await withPages(inspector.card, found, task)
    const asked = { ...(threshold !== null && { threshold }), measured: guard.wanted, task }
    for await (const outcome of inspector.inspectMany(wanted, asked)) {
      if (outcome.ok) guard.look(outcome.value)
      const { path, name, reading } = wanted[images.length]!
      const entry = await entryOf(outcome, request, inspector.card, out && heatMapPath(out, name))
      const share = depth === null || !entry.ok ? 0 : await shareBeyond(path, depth, reading)
      images.push(entry.ok && share > 0 ? { ...entry, beyondRange: share } : entry)
      progress.update(images.length, wanted.length)
    }
  } finally {
    progress.end()
    await inspector.close()
  }
  const cut = depth === null ? null : beyondWords(images, depth)
  if (cut !== null) task.note(cut)
  const { partPattern } = request
  const departures = guard.departures()
  return {
    ...(departures.length > 0 && { departures: [...departures] }),
    ...(leftOut.length > 0 && { leftOut }),
    images,
    ...(partPattern !== null && {
      parts: judgeParts(images, partPattern, inspector.card.threshold, threshold),
    }),
  }
}

async function entryOf(
  outcome: Outcome<Inspection>,
  { model, regionLevel, minArea, mmPerPixel }: PredictRequest,
  card: ModelCard,
  mapPath: string | null,
): Promise<PredictedImage> {
  const { path } = outcome
  if (!outcome.ok) return { path, ok: false, error: outcome.error }
  const { score, threshold, verdict, frame } = outcome.value
  if (threshold === null || verdict === null) {
    throw new UsageError(`${model}: the model has no threshold of its own: name one with --threshold SCORE`)
  }
  const level = regionLevel ?? card.regions?.level
  const asked = { minArea, ...(mmPerPixel !== null && { mmPerPixel }) }
  const regions = level === undefined ? null : [...outcome.value.regions({ level, ...asked })]
  if (mapPath !== null) await writeHeatMap(mapPath, outcome.value.map(), frame, card.mapScale)
  const notes = [...outcome.value.notes]
  return {
    ...{ path, ok: true, score, threshold, verdict, regions, map: mapPath },
    ...(notes.length > 0 && { notes }),
  }
}

/**
 * Files as named, folders as the photographs below them, without masks, bins and what we wrote ourselves; two files of one name get maps
 * of different names.
 */
async function findImages(
  paths: readonly string[],
  task: Task,
): Promise<{ wanted: readonly Wanted[]; leftOut: Understood['leftOut'] }> {
  const leftOut: LeftOut[] = []
  const wanted: Wanted[] = []
  const taken = new Set<string>()
  const add = (path: string, name: string): void => {
    let unique = name
    for (let i = 2; taken.has(unique); i++) unique = `${name}-${i}`
    taken.add(unique)
    wanted.push({ path, name: unique })
  }
  for (const path of paths) {
    if (!(await isFolder(path))) {
      add(path, basename(path))
      continue
    }
    const listing = await listFolder(path, task)
    const { photographs, strangers, masks, foregrounds } = await sortImages(listing, task)
    if (photographs.length + strangers.length === 0) throw new InputError(path, 'holds no images')
    for (const image of [...photographs, ...strangers]) add(join(path, image), relative('', image))
    leftOut.push(...asideOf(listing, [...masks, ...foregrounds]))
  }
  return { wanted, leftOut: leftOut.map((group) => ({ ...group, examples: [...group.examples] })) }
}

/** What of a folder is not judged. */
const asideOf = ({ images, issues, root, passedOver }: Listing, masks: readonly MaskFile[]): LeftOut[] => [
  ...leftOutOf(
    'masks, which are no photographs',
    'note',
    masks.map(({ file }) => file),
    images.length,
  ),
  ...leftOutOf(
    'folders of the system or the archive program',
    'note',
    passedOver.system,
    passedOver.system.length,
  ),
  ...leftOutOf('folders that Plumbline wrote', 'note', passedOver.own, passedOver.own.length),
  ...leftOutOf(
    'files and folders that cannot be read',
    'image',
    issues.map(({ path }) => relative(root, path)),
    images.length + issues.length,
  ),
]

/** Where every page was an image of the model's, every page is one to be judged. */
async function withPages(
  { pixels }: ModelCard,
  wanted: readonly Wanted[],
  task: Task,
): Promise<readonly Wanted[]> {
  if (pixels?.page !== 'all') return wanted
  const depth: PixelReading = pixels.range === null ? {} : { range: pixels.range }
  const pages: Wanted[] = []
  for await (const { each, count } of mapConcurrent(wanted, 16, async (each) => {
    checkCancelled(task)
    return { each, count: (await readPixelHead(each.path))?.pages ?? 1 }
  })) {
    if (count === 1) pages.push(each)
    for (let page = 1; count > 1 && page <= count; page++)
      pages.push({ path: each.path, name: `${each.name}-page${page}`, reading: { ...depth, page } })
  }
  return pages
}

/** A path that leads nowhere is a file: scoring it will say what is wrong, in its place. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (isSystemError(error)) return false
    throw error
  }
}
