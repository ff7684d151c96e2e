/** What a thread is asked to do with one image: find the object, or write the prepared files. */
import { join } from 'node:path'
import { findFittingMask } from '../dataset/read-mask.ts'
import type { MaskSource } from '../dataset/sample.ts'
import { InputError } from '../errors.ts'
import { writeFileAtomic } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { cutRect, cutTiles } from '../image/cut-tiles.ts'
import { decodeImage } from '../image/decode-image.ts'
import { decodeMask } from '../image/decode-mask.ts'
import { encodePng } from '../image/encode-image.ts'
import type { GreyImage, Image, Mask, Rect, Size } from '../image/image.ts'
import type { PixelReading } from '../image/pixel-reading.ts'
import type { GivenMask } from './masks/given-mask.ts'
import { type Colour, moveMask } from './move-pixels.ts'
import { placePicture } from './place-picture.ts'
import type { Placement } from './placement.ts'
import { describeObject, type SegmentRecord } from './segment-record.ts'
import type { Segmenter } from './segmenter.ts'
import { lookOf } from './views/look.ts'

export interface SegmentJob {
  readonly kind: 'segment'
  readonly path: string
  /** How its pixels are read; absent for the plain way. */
  readonly reading?: PixelReading
  /** Mask made elsewhere; null where the segmenter uses none, or there is none. */
  readonly given: GivenMask | null
  /** Where the mask goes, if there is one. */
  readonly maskPath: string
  readonly wantsTurn: boolean
  readonly wantsLook: boolean
}

export interface WriteJob {
  readonly kind: 'write'
  readonly path: string
  readonly reading?: PixelReading
  readonly out: string
  readonly name: string
  /** Mask of the object in the photograph, by the first pass; null where nothing was found. */
  readonly objectPath: string | null
  /** The dataset's own. */
  readonly defect: MaskSource | null
  readonly foreground: MaskSource | null
  readonly placement: Placement
  readonly blank: Colour | null
  readonly tile: Size | null
}

export type Job = SegmentJob | WriteJob

export interface WrittenFile {
  /** Relative to the output folder. */
  readonly image: string
  readonly mask: string | null
  readonly foreground: string | null
  readonly sha256: string
  readonly tile: Rect | null
}

export interface Written {
  readonly files: readonly WrittenFile[]
  /** Share of the defect that is left; null without a mask that can be used. */
  readonly defectKept: number | null
  readonly notes: readonly string[]
  readonly isMaskUnusable: boolean
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string }

export function runJob(job: Job, segmenter: Segmenter): Promise<Outcome<SegmentRecord | Written>> {
  return job.kind === 'segment' ? segmentImage(job, segmenter) : writeImage(job)
}

/** @returns Why the image cannot be used, where that is so. @throws {InputError} The output cannot be written. */
export async function segmentImage(job: SegmentJob, segmenter: Segmenter): Promise<Outcome<SegmentRecord>> {
  return readable(job.path, async () => {
    const image = await decodeImage(job.path, job.reading)
    const { mask, confidence, objects, notes } = await segmenter.segment(image, job.given)
    if (mask !== null) await writeFileAtomic(job.maskPath, await encodePng(blackAndWhite(mask)))
    return {
      size: { width: image.width, height: image.height },
      object: mask && describeObject(mask, job.wantsTurn),
      confidence,
      objects,
      notes,
      looks: job.wantsLook ? lookOf(image, mask) : [],
    }
  })
}

/** @returns Why the image cannot be used any more. @throws {InputError} The output cannot be written. */
export async function writeImage(job: WriteJob): Promise<Outcome<Written>> {
  return readable(job.path, async () => {
    const image = await decodeImage(job.path, job.reading)
    const { placement, blank } = job
    const object = job.objectPath === null ? null : await decodeMask(job.objectPath)
    const own = object === null ? await usableMask(job.foreground, image) : null
    const defect = await usableMask(job.defect, image)
    const { picture, silhouette } = placePicture(image, object, placement, blank)
    const foreground = silhouette ?? (own?.mask ? moveMask(own.mask, placement) : null)
    const moved = defect?.mask ? moveMask(defect.mask, placement) : null
    return {
      files: await writeFiles(job, { picture, foreground, defect: moved }, silhouette),
      defectKept:
        defect?.mask && moved ? shareKept(defect.mask, moved, blank === null ? null : silhouette) : null,
      notes: [own, defect].flatMap((read) => (read?.problem ? [read.problem] : [])),
      isMaskUnusable: defect?.problem !== undefined,
    }
  })
}

/** The reason where the work fails because of the photograph at `path`; other errors are thrown. */
async function readable<T>(path: string, work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    if (!(error instanceof InputError) || error.path !== path) throw error
    return { ok: false, reason: error.reason }
  }
}

interface ReadMask {
  readonly mask?: Mask
  readonly problem?: string
}

async function usableMask(source: MaskSource | null, size: Size): Promise<ReadMask | null> {
  if (source === null) return null
  try {
    const found = await findFittingMask(source, size)
    return 'mismatch' in found ? { problem: `${source.path}: ${found.mismatch}` } : { mask: found }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { problem: error.message }
  }
}

interface Layers {
  readonly picture: Image
  readonly foreground: Mask | null
  readonly defect: Mask | null
}

async function writeFiles(job: WriteJob, layers: Layers, silhouette: Mask | null): Promise<WrittenFile[]> {
  const { picture, foreground, defect } = layers
  const tiles = job.tile === null ? [null] : cutTiles(picture, job.tile, silhouette)
  const files: WrittenFile[] = []
  for (const tile of tiles) {
    const name = tile === null ? job.name : `${job.name}_r${tile.row}c${tile.col}`
    const write = async (folder: string, pixels: Image | GreyImage): Promise<[string, Uint8Array]> => {
      const path = `${folder}/${name}.png`
      const bytes = await encodePng(tile === null ? pixels : cutRect(pixels, tile.rect))
      await writeFileAtomic(join(job.out, path), bytes)
      return [path, bytes]
    }
    const shown = defect && (tile === null || cutRect(defect, tile.rect).data.includes(1)) ? defect : null
    const mask = shown && (await write('masks', blackAndWhite(shown)))[0]
    const object = foreground && (await write('foreground', blackAndWhite(foreground)))[0]
    const [image, bytes] = await write('images', picture) // last: an image that is there is complete
    files.push({ image, mask, foreground: object, sha256: sha256(bytes), tile: tile?.rect ?? null })
  }
  return files
}

/** Share of the pixels that lie on the canvas and, where the background is blanked, on the object. */
function shareKept(before: Mask, after: Mask, silhouette: Mask | null): number | null {
  const all = count(before.data)
  if (all === 0) return null
  const kept = after.data.reduce((sum, bit, i) => sum + (bit && (silhouette?.data[i] ?? 1)), 0)
  return Math.min(1, kept / all)
}

const count = (data: Uint8Array): number => data.reduce((sum, bit) => sum + bit, 0)

export function blackAndWhite({ width, height, data }: Mask): GreyImage {
  const grey = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) grey[i] = 255 * data[i]!
  return { width, height, data: grey }
}
