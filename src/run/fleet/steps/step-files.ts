/** Where steps of a fold leave files for those that build on them, below the folder of a step. */
import type { StepResult } from '../../../work/step-result.ts'
import type { Bench } from './bench.ts'
import { earlierResult } from './read-step.ts'

/** Files of a fitted model, as the detector saves itself. */
export const modelFolder = 'model'

/** Pixels that were counted, as `tally-bytes.ts` has them. */
export const tallyFiles = { defects: 'pixels/defects.bin', others: 'pixels/others.bin' } as const

export type ResultFile = StepResult['files'][number]

export interface WithFiles {
  readonly files: readonly ResultFile[]
}

/** Those of a folder, by their names in it. */
export const filesBelow = (folder: string, { files }: WithFiles): Map<string, ResultFile> =>
  new Map(
    files.flatMap((file): [string, ResultFile][] =>
      file.path.startsWith(`${folder}/`) ? [[file.path.slice(folder.length + 1), file]] : [],
    ),
  )

/** As {@link filesBelow}, of an earlier step. @throws {InputError} Its result is gone from the store. */
export const filesIn = async (
  step: string,
  folder: string,
  { store }: Pick<Bench, 'store'>,
): Promise<Map<string, ResultFile>> => filesBelow(folder, await earlierResult(store, step))
