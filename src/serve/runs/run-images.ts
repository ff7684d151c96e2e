/** The images of a run, read from its folder once for as long as nobody asks for another run. */
import { join } from 'node:path'
import { loadRun } from '../../run/folder/load-run.ts'
import type { RunImage } from '../../wire/serve/runs.ts'
import { changeOf } from '../pictures/change-of.ts'
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
