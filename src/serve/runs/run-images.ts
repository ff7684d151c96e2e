/** The images of a run, read from its folder once for as long as nobody asks for another run. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError } from '../../files/atomic.ts'
import { loadRun } from '../../run/folder/load-run.ts'
import type { RunImage } from '../../wire/serve/runs.ts'
import { imagesOf } from './disagreements.ts'
import type { FoundRun } from './run-folders.ts'

export interface RunImages {
  /** The highest score first. @throws {InputError} The run is not complete. */
  of(run: FoundRun): Promise<readonly RunImage[]>
}

export function createRunImages(): RunImages {
  let kept: { readonly key: string; readonly images: readonly RunImage[] } | undefined
  return {
    async of({ folder }) {
      const key = `${folder} ${await changeOf(join(folder, 'scores.csv'))}`
      if (kept?.key === key) return kept.images
      const images = imagesOf(await loadRun(folder))
      kept = { key, images }
      return images
    },
  }
}

/** Of a file that was replaced something is different, whatever its time says; empty where there is none, which whoever reads it will say. */
async function changeOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(path)
    return `${ino} ${size} ${mtimeMs}`
  } catch (error) {
    if (isSystemError(error)) return ''
    throw error
  }
}
