/** What the segmenter learned stays with the prepared dataset, so that a model trained on it can prepare photographs itself. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from '../errors.ts'
import { isSystemError, writeFileAtomic } from '../files/atomic.ts'
import { decodeScenes, encodeScenes } from './embedded/scenes-file.ts'
import type { OpenedSegmenter } from './open-segmenter.ts'

/** In the folder of a prepared dataset, and in that of a model. */
export const scenesName = 'scenes.json'

/** Cost: nothing where the folder has them already; learning, where nothing had to be segmented. */
export async function keepScenes(out: string, { key, learned }: OpenedSegmenter): Promise<void> {
  if (learned === undefined) return
  const path = join(out, scenesName)
  if ((await keptKey(path)) === key) return
  await writeFileAtomic(path, encodeScenes({ key, scenes: await learned() }))
}

/** Null where there are none, or none that can be read: they are made anew. */
async function keptKey(path: string): Promise<string | null> {
  try {
    return decodeScenes(path, await readFile(path)).key
  } catch (error) {
    if (error instanceof ModelError || isSystemError(error)) return null
    throw error
  }
}
