/** A few pictures of each class with the outlines of their masks: whether a folder was understood is seen at a glance. */
import { readMask } from '../../dataset/read-mask.ts'
import type { MaskSource, Sample } from '../../dataset/sample.ts'
import { InputError } from '../../errors.ts'
import { decodeImage } from '../../image/decode-image.ts'
import { encodeWebp } from '../../image/encode-image.ts'
import type { Size } from '../../image/image.ts'
import type { LookClass, LookPicture } from '../../report/look-page.ts'
import { maskPath } from '../../report/mask-path.ts'
import { shrinkImage, shrinkMask, thumbnailSize } from '../../report/thumbnail.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'
import type { Understood } from '../../wire/understood.ts'

const perClass = 8
const mostClasses = 40
const side = 168

/** @throws {CancelledError} The signal fired. Cost: decodes up to eight images a class. */
export async function drawSheet(
  samples: readonly Sample[],
  classes: Understood['classes'],
  threads: number,
  task: Task,
): Promise<readonly LookClass[]> {
  const shown: LookClass[] = []
  const progress = task.progress('draw the page', 'classes')
  try {
    for (const { name, label, images } of classes.slice(0, mostClasses)) {
      const own = samples.filter(
        (sample) => sample.label === label && (label === 'nominal' || (sample.defect ?? 'defect') === name),
      )
      const some = Array.from(
        { length: Math.min(perClass, own.length) },
        (_, i) => own[Math.floor((i * own.length) / Math.min(perClass, own.length))]!,
      )
      const pictures: LookPicture[] = []
      for await (const picture of mapConcurrent(some, 2 * threads, (sample) => draw(sample, task)))
        pictures.push(picture)
      shown.push({ name, label, images, pictures })
      progress.update(shown.length, Math.min(mostClasses, classes.length))
    }
  } finally {
    progress.end()
  }
  return shown
}

async function draw({ id, path, reading, mask, foreground }: Sample, task: Task): Promise<LookPicture> {
  checkCancelled(task)
  try {
    const image = await decodeImage(path, reading)
    const size = thumbnailSize(image, side)
    const bytes = await encodeWebp(shrinkImage(image, size), 72)
    const [defect, object] = [await outlineOf(mask, image, size), await outlineOf(foreground, image, size)]
    return {
      id,
      ...size,
      source: `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}`,
      defect: defect.path,
      object: object.path,
      problem: defect.problem ?? object.problem,
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { id, source: '', width: side, height: side, defect: '', object: '', problem: error.message }
  }
}

async function outlineOf(
  source: MaskSource | null,
  image: Size,
  size: Size,
): Promise<{ path: string; problem: string | null }> {
  if (source === null) return { path: '', problem: null }
  try {
    return { path: maskPath(shrinkMask(await readMask(source, image), size)), problem: null }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { path: '', problem: error.message }
  }
}
