/** The last step of a run: kept models go to their place, working files go. */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { makeFolder } from '../../files/make-folder.ts'
import type { EvaluateRequest } from '../../request.ts'
import { foldModelFolder, resumeFolder } from './fold-record.ts'

/** @throws {InputError} A folder cannot be moved or removed. */
export async function finishFolder(
  { out, keepModels }: Pick<EvaluateRequest, 'out' | 'keepModels'>,
  folds: number,
): Promise<void> {
  const models = join(out, 'models')
  try {
    await rm(models, { recursive: true, force: true })
    if (keepModels) {
      await makeFolder(models)
      for (let fold = 0; fold < folds; fold++) {
        await rename(foldModelFolder(out, fold), join(models, `fold-${fold}`))
      }
    }
    await rm(resumeFolder(out), { recursive: true, force: true })
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(out, systemReason(cause), { cause })
    throw cause
  }
}
