/** The pictures of the page to look through a preparation: photographs with the object's outline, and what became of them. */
import { join } from 'node:path'
import { decodeImage } from '../../image/decode-image.ts'
import { decodeMask } from '../../image/decode-mask.ts'
import { encodeWebp } from '../../image/encode-image.ts'
import type { Image, Mask } from '../../image/image.ts'
import type { PixelReading } from '../../image/pixel-reading.ts'
import { objectMaskPath } from '../../prepare/first-pass.ts'
import type { PreparedSample } from '../../prepare/prepare-samples.ts'
import { mustGet } from '../../present.ts'
import { maskPath } from '../../report/mask-path.ts'
import type { ReviewAverage, ReviewPicture, ReviewPictures } from '../../report/review-page.ts'
import { shrinkImage, shrinkMask, thumbnailSize } from '../../report/thumbnail.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'
import type { PreparedRecord } from '../../wire/preparation.ts'

/** Pictures on the page; the most suspicious come first, and a page of more cannot be looked through. */
const mostShown = 240
/** Images that the averages are over. */
const mostAveraged = 120
const side = 168
/** Sharper, since there are few of them. */
const averageSide = 320

/** @throws {InputError} A file of the preparation has gone. @throws {CancelledError} The signal fired. */
export async function drawReview(
  prepared: readonly Pick<PreparedSample, 'sample' | 'record'>[],
  out: string,
  threads: number,
  task: Task,
): Promise<ReviewPictures> {
  const images = prepared.map(({ record }) => record)
  const readings = new Map(prepared.map(({ record, sample }) => [record, sample.reading]))
  const shown = [...images]
    .sort((a, b) => b.suspicion - a.suspicion || (a.source < b.source ? -1 : 1))
    .slice(0, mostShown)
  const step = Math.max(1, images.length / mostAveraged)
  const averaged = new Set(
    Array.from({ length: Math.min(mostAveraged, images.length) }, (_, i) => images[Math.floor(i * step)]!),
  )
  const all = [...new Set([...shown, ...averaged])]
  const before = createAverage()
  const after = createAverage()
  const pictures = new Map<PreparedRecord, ReviewPicture>()
  const progress = task.progress('draw the page', 'images')
  const drawing = mapConcurrent(all, 2 * threads, async (record) => {
    checkCancelled(task)
    const layers = await readLayers(record, readings.get(record), out)
    return { record, layers, picture: await draw(record, layers) }
  })
  try {
    for await (const { record, layers, picture } of drawing) {
      pictures.set(record, picture)
      if (averaged.has(record)) {
        before.add(layers.photo)
        if (layers.prepared !== null) after.add(layers.prepared)
      }
      progress.update(pictures.size, all.length)
    }
  } finally {
    progress.end()
  }
  return {
    shown: shown.map((record) => mustGet(pictures, record)),
    before: await before.picture(),
    after: await after.picture(),
  }
}

interface Layers {
  readonly photo: Image
  readonly object: Mask | null
  readonly prepared: Image | null
  readonly defect: Mask | null
}

async function readLayers(
  { input, outputs, quality }: PreparedRecord,
  reading: PixelReading | undefined,
  out: string,
): Promise<Layers> {
  const [output] = outputs
  const name = output?.image.replace(/^images\//, '').replace(/(_r\d+c\d+)?\.png$/, '')
  return {
    photo: await decodeImage(input.path, reading),
    object: name === undefined || quality === null ? null : await decodeMask(objectMaskPath(out, name)),
    prepared: output === undefined ? null : await decodeImage(join(out, output.image)),
    defect: output?.mask ? await decodeMask(join(out, output.mask)) : null,
  }
}

async function draw(record: PreparedRecord, layers: Layers): Promise<ReviewPicture> {
  const { photo, object, prepared, defect } = layers
  const size = thumbnailSize(photo, side)
  return {
    record,
    photo: await thumbnailOf(photo),
    outline: object === null ? '' : maskPath(shrinkMask(object, size)),
    prepared: prepared && (await thumbnailOf(prepared)),
    defect: defect === null ? '' : maskPath(shrinkMask(defect, thumbnailSize(defect, side))),
  }
}

async function thumbnailOf(image: Image): Promise<ReviewPicture['photo']> {
  const size = thumbnailSize(image, side)
  return { ...size, source: await dataUri(shrinkImage(image, size)) }
}

const dataUri = async (image: Image, quality = 72): Promise<string> =>
  `data:image/webp;base64,${Buffer.from(await encodeWebp(image, quality)).toString('base64')}`

/** The mean of pictures of one size; those of other sizes than the first are left out, and counted. */
function createAverage() {
  let size: { width: number; height: number } | null = null
  let sums = new Float64Array(0)
  let count = 0
  return {
    add(image: Image): void {
      size ??= { width: image.width, height: image.height }
      if (image.width !== size.width || image.height !== size.height) return
      const small = shrinkImage(image, thumbnailSize(image, averageSide))
      if (count === 0) sums = new Float64Array(small.data.length)
      for (let i = 0; i < sums.length; i++) sums[i]! += small.data[i]!
      count++
    },
    async picture(): Promise<ReviewAverage | null> {
      if (size === null || count < 2) return null
      const thumbnail = thumbnailSize(size, averageSide)
      const data = Uint8Array.from(sums, (sum) => Math.round(sum / count))
      return { ...thumbnail, source: await dataUri({ ...thumbnail, data }, 85), images: count }
    },
  }
}
