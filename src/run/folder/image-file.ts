/** Where the images of a run lie, and how their pixels were read. */
import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { splitPageId } from '../../dataset/page-id.ts'
import { isSystemError } from '../../files/atomic.ts'
import type { PixelReading } from '../../image/pixel-reading.ts'
import { readingOf } from '../../inspect/open-model.ts'
import type { Evaluation } from '../../wire/evaluation.ts'

export interface ImageFile {
  /** Of a file that may have gone. */
  readonly path: string
  readonly reading: PixelReading
}

/** @param image - Id of a sample. @returns Undefined where the dataset has gone. */
export async function imageFile(
  { path, pixels }: Evaluation['dataset'],
  image: string,
): Promise<ImageFile | undefined> {
  const kind = await kindOf(path)
  if (kind === undefined) return
  const from = kind === 'folder' ? path : dirname(path) // of a manifest
  const reading: PixelReading = pixels === undefined ? {} : readingOf(pixels)
  const split = pixels?.page === 'all' ? splitPageId(image) : undefined
  if (split !== undefined && (await kindOf(resolve(from, image))) === undefined)
    return { path: resolve(from, split.id), reading: { ...reading, page: split.page } }
  return { path: resolve(from, image), reading }
}

async function kindOf(path: string): Promise<'folder' | 'file' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    if (isSystemError(error)) return
    throw error
  }
}
