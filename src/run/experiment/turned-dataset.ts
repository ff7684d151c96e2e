/**
 * A dataset with turned copies of its nominal images: each is a new image of the same part, with the rotation as a column of
 * the manifest.
 */
import { copyFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Sample } from '../../dataset/sample.ts'
import { soleFile } from '../../dataset/sole-file.ts'
import { InputError } from '../../errors.ts'
import { isSystemError, systemReason, writeFileAtomic } from '../../files/atomic.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { decodeImage } from '../../image/decode-image.ts'
import { encodePng } from '../../image/encode-image.ts'
import { readImageSize } from '../../image/read-image-size.ts'
import { turnImage } from '../../image/turn-image.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'

/** Name of the manifest's column: degrees, clockwise. */
export const rotationColumn = 'rotation'
export const upright = '0'

export interface TurnedDataset {
  readonly manifest: string
  /** Degrees of the copies, without 0. */
  readonly rotations: readonly number[]
}

const copiedTogether = 4

/**
 * Where every image is square, copies are turned by 90, 180 and 270 degrees; else by 180 only, since a quarter turn would also
 * change the shape of the picture, and a detector could go by that.
 *
 * @param folder - Its files are written anew.
 * @throws {InputError} A file cannot be written. An image that cannot be read is left out, with a note.
 * Cost: a decoding of each nominal image, and as many encodings as there are copies.
 */
export async function writeTurnedDataset(
  samples: readonly Sample[],
  folder: string,
  task: Task,
): Promise<TurnedDataset> {
  const isSquare = await areSquare(samples, task)
  const rotations = isSquare ? [90, 180, 270] : [180]
  if (!isSquare) {
    task.note('rotation: some images are not square, so copies are turned by 180 degrees only')
  }
  const rows: Readonly<Record<string, string>>[] = []
  const progress = task.progress('turned copies', 'images')
  let done = 0
  try {
    const written = mapConcurrent(samples, copiedTogether, async (sample) => {
      checkCancelled(task)
      return writeCopies(sample, folder, sample.label === 'nominal' ? rotations : [], task)
    })
    for await (const each of written) {
      rows.push(...each)
      progress.update(++done, samples.length)
    }
  } finally {
    progress.end()
  }
  const manifest = join(folder, 'manifest.jsonl')
  await writeFileAtomic(manifest, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return { manifest, rotations }
}

async function areSquare(samples: readonly Sample[], task: Task): Promise<boolean> {
  const sizes = mapConcurrent(samples, copiedTogether, async ({ path }) => {
    checkCancelled(task)
    return readImageSize(path).catch(() => null) // left out, with a note, where the copies are written
  })
  for await (const size of sizes) if (size !== null && size.width !== size.height) return false
  return true
}

async function writeCopies(
  sample: Sample,
  folder: string,
  rotations: readonly number[],
  task: Task,
): Promise<readonly Readonly<Record<string, string>>[]> {
  const own = join('images', upright, safe(sample.id))
  const row = (path: string, rotation: string) => ({
    ...sample.attributes,
    path: path.split('\\').join('/'),
    label: sample.label,
    part: sample.part ?? sample.id,
    ...(sample.split !== null && { split: sample.split }),
    ...(sample.defect !== null && { defect: sample.defect }),
    [rotationColumn]: rotation,
  })
  const files = {
    ...(sample.mask && soleFile(sample.mask) !== null && { mask: sample.mask.path }),
    ...(sample.foreground && { foreground: sample.foreground.path }),
  }
  try {
    await makeFolder(dirname(join(folder, own)))
    await copyFile(sample.path, join(folder, own))
    const whole = { ...row(own, upright), ...files }
    if (rotations.length === 0) return [whole]
    const image = await decodeImage(sample.path, sample.reading)
    const copies = rotations.map(async (rotation) => {
      const path = join('images', String(rotation), `${safe(sample.id)}.png`)
      await writeFileAtomic(join(folder, path), await encodePng(turnImage(image, rotation / 90)))
      return row(path, String(rotation))
    })
    return [whole, ...(await Promise.all(copies))]
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(join(folder, own), systemReason(cause), { cause })
    if (!(cause instanceof InputError)) throw cause
    task.note(`left out: ${cause.message}`)
    return []
  }
}

/** The id as a path that stays below the folder. */
const safe = (id: string): string => join('/', id).slice(1)
