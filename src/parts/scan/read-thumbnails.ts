/** Grey thumbnails of files, for likeness alone; `scanImages` takes them on its way. */
import type { ImageRef, Outcome } from '../../backbone/vision.ts'
import { greyOf } from '../../drift/light.ts'
import { reasonOfBadFile } from '../../errors.ts'
import { decodeImage } from '../../image/decode-image.ts'
import { resizeBilinear } from '../../image/resize-bilinear.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'
import { side } from '../likeness/local-contrast.ts'

/** @returns [64, 64] each, in the order of the files; a file that cannot be decoded is an outcome. */
export async function readThumbnails(
  refs: readonly ImageRef[],
  threads: number,
  task: Task,
): Promise<readonly Outcome<Uint8Array>[]> {
  const outcomes: Outcome<Uint8Array>[] = []
  const progress = task.progress('thumbnails', 'images')
  const read = mapConcurrent(refs, 2 * threads, async ({ path, reading }): Promise<Outcome<Uint8Array>> => {
    checkCancelled(task)
    try {
      const thumbnail = resizeBilinear(await decodeImage(path, reading), { width: side, height: side })
      return { ok: true, path, value: greyOf(thumbnail) }
    } catch (error) {
      return { ok: false, path, error: reasonOfBadFile(error) }
    }
  })
  try {
    for await (const outcome of read) {
      outcomes.push(outcome)
      progress.update(outcomes.length, refs.length)
    }
  } finally {
    progress.end()
  }
  return outcomes
}
