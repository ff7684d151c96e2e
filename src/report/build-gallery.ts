/** Pictures for the report: picked, shrunk, coloured in one scale, and kept within a size that can be mailed. */
import type { Image, Mask, ScoreMap } from '../image/image.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import type { ScoreRow } from '../wire/evaluation.ts'
import type { GalleryItem, MapScale } from '../wire/report-data.ts'
import { type Pick, pickGallery } from './gallery-pick.ts'
import { maskPath } from './mask-path.ts'
import { resampleMap, shrinkImage, shrinkMask, thumbnailSize } from './thumbnail.ts'

/** What the picture shows. The three share one field of view (padding cut off); their sizes may differ. */
export interface Scene {
  readonly image: Image
  readonly map: ScoreMap | null
  readonly mask: Mask | null
}

/** Encoding and colouring, passed in: the image room's functions. */
export interface Painter {
  encodeWebp(image: Image, quality: number): Promise<Uint8Array>
  /** Colours a map; scores at or beyond the range's ends take the end colours. */
  colourise(map: ScoreMap, range: ScoreRange): Image
  /** The colours from low to high, `#rrggbb`, for the legend. */
  readonly colours: readonly string[]
}

export interface ScoreRange {
  readonly low: number
  readonly high: number
}

export interface GalleryInput {
  /** The run's one colour scale. */
  readonly range: ScoreRange

  readonly rows: readonly ScoreRow[]
  /** Threshold by fold. */
  readonly thresholds: ReadonlyMap<number, number | null>
  /** Image, map and mask of an image as scored in a fold; null where it cannot be had any more. */
  readonly load: (imageId: string, fold: number) => Promise<Scene | null>
  readonly painter: Painter
  readonly task: Task
}

export interface GalleryOptions {
  readonly maximumItems: number
  /** Longer side of a picture in pixels. */
  readonly side: number
  /** 1..100. */
  readonly quality: number
  /** Pictures beyond this many bytes of page are left out, from the end of the order. */
  readonly maximumBytes: number
}

export const galleryDefaults: GalleryOptions = {
  maximumItems: 60,
  side: 320,
  quality: 78,
  maximumBytes: 5_000_000,
}

export interface Gallery {
  readonly items: readonly GalleryItem[]
  /** Null where no picture has a map. */
  readonly scale: MapScale | null
}

/** Cost: one load per picture. */
export async function buildGallery(
  input: GalleryInput,
  options: Partial<GalleryOptions> = {},
): Promise<Gallery> {
  const settings = { ...galleryDefaults, ...options }
  const { range } = input
  const picks = pickGallery(input.rows, input.thresholds, settings.maximumItems)
  const progress = input.task.progress('gallery', 'pictures')
  const items: GalleryItem[] = []
  let bytes = 0
  let done = 0
  let leftOut = 0
  try {
    for await (const item of mapConcurrent(picks, 2, (pick) => drawItem(pick, input, range, settings))) {
      progress.update(++done, picks.length)
      if (item === null) continue
      bytes += item.thumbnail.length + (item.heat?.length ?? 0) + (item.outline?.length ?? 0)
      if (bytes > settings.maximumBytes) leftOut++
      else items.push(item)
    }
  } finally {
    progress.end()
  }
  if (leftOut > 0) input.task.note(`gallery: ${leftOut} pictures left out to keep the report small`)
  const hasMaps = items.some((item) => item.heat !== null)
  return { items, scale: hasMaps ? legend(range, input.painter) : null }
}

async function drawItem(
  { row, threshold }: Pick,
  { load, painter, task }: GalleryInput,
  range: ScoreRange,
  { side, quality }: GalleryOptions,
): Promise<GalleryItem | null> {
  checkCancelled(task)
  const scene = await load(row.image, row.fold)
  if (scene === null) return null
  const size = thumbnailSize(scene.image, side)
  const encode = async (image: Image): Promise<string> =>
    `data:image/webp;base64,${Buffer.from(await painter.encodeWebp(image, quality)).toString('base64')}`
  const { map, mask } = scene
  return {
    image: row.image,
    part: row.part,
    label: row.label,
    defect: row.defect,
    fold: row.fold,
    score: row.score,
    threshold,
    decision: row.decision,
    ...size,
    thumbnail: await encode(shrinkImage(scene.image, size)),
    heat: map !== null ? await encode(painter.colourise(resampleMap(map, size), range)) : null,
    outline: mask === null ? null : maskPath(shrinkMask(mask, size)) || null,
  }
}

function legend(range: ScoreRange, painter: Painter): MapScale {
  const basis = 'median of good pixels to the 99.9 % quantile of all, over threshold images of the first fold'
  return { ...range, colours: [...painter.colours], basis }
}
