/**
 * The samples of a dataset as a manifest that a person can correct and every command can read.
 *
 * A mask that no single file says (several files of one image, run lengths, a file that is read in an unusual way) is drawn and
 * written as PNG into a folder beside the manifest, so that nothing of it is lost.
 */
import { dirname, join, relative, resolve, sep } from 'node:path'
import { manifestText, type Row } from '../../dataset/manifest-text.ts'
import { readMask } from '../../dataset/read-mask.ts'
import type { MaskSource, Sample } from '../../dataset/sample.ts'
import { soleFile } from '../../dataset/sole-file.ts'
import { InputError } from '../../errors.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { encodePng } from '../../image/encode-image.ts'
import { readImageSize } from '../../image/read-image-size.ts'
import { checkCancelled, type Task } from '../../task.ts'

/** Part by part. @throws {InputError} The files cannot be written. @throws {CancelledError} The signal fired. */
export async function writeManifest(path: string, samples: readonly Sample[], task: Task): Promise<void> {
  const folder = dirname(resolve(path))
  const drawn = `${resolve(path).replace(/\.\w+$/, '')}-masks`
  const place = (file: string): string => relative(folder, file).split(sep).join('/')
  const rows: Row[] = []
  const sorted = [...samples].sort((a, b) => compare(a.part ?? '', b.part ?? '') || compare(a.id, b.id))
  for (const sample of sorted) {
    checkCancelled(task)
    const maskAt = async (source: MaskSource | null, kind: string): Promise<string> => {
      if (source === null) return ''
      const file = soleFile(source) ?? (await draw(sample, source, join(drawn, kind), task))
      return file === null ? '' : place(file)
    }
    rows.push({
      path: place(sample.path),
      label: sample.label,
      part: sample.part ?? '',
      defect: sample.defect ?? '',
      mask: await maskAt(sample.mask, 'defect'),
      foreground: await maskAt(sample.foreground, 'foreground'),
      split: sample.split ?? '',
      ...sample.attributes,
    })
  }
  await writeFileAtomic(path, manifestText(rows))
}

/** @returns null, with a note, where the mask cannot be used. */
async function draw(sample: Sample, source: MaskSource, folder: string, task: Task): Promise<string | null> {
  try {
    const mask = await readMask(source, await readImageSize(sample.path))
    const path = join(folder, join('/', `${sample.id}.png`).slice(1))
    await writeFileAtomic(path, await encodePng({ ...mask, data: mask.data.map((bit) => 255 * bit) }))
    return path
  } catch (error) {
    if (!(error instanceof InputError) || error.path.startsWith(folder)) throw error
    task.note(`left out: mask of ${sample.id}: ${error.message}`)
    return null
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
