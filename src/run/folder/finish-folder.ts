/** The last step of a run: kept models go to their place, with their weights and thresholds; working files go. */
import { readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ResolvedBackbone } from '../../backbone/resolve-weights.ts'
import type { Fixture } from '../../detector/model-fixtures.ts'
import { finishModel, holdsModelOnly, type ModelFacts, removeModel } from '../../detector/model-folder.ts'
import { InputError, UsageError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { foldModelFolder, keptModelFolder, keptModelsFolder, resumeFolder } from './fold-record.ts'

/**
 * Whether the folder can be finished: said before the work, not after it.
 *
 * @throws {UsageError} Where models of folds belong lies something that Plumbline did not write.
 */
export async function checkKeptModels(out: string): Promise<void> {
  await withReason(keptModelsFolder(out), async () => {
    for (const folder of await keptModels(out)) {
      if (await holdsModelOnly(folder)) continue
      throw new UsageError(
        `--out: ${folder} holds files that Plumbline did not write: move them, or name another folder`,
      )
    }
  })
}

/** What the models of the folds lack, each in its order, and what they look through. */
export interface KeptModels {
  readonly folds: readonly KeptModel[]
  readonly backbone: ResolvedBackbone
}

export interface KeptModel {
  readonly facts: Partial<ModelFacts>
  readonly fixtures: readonly Fixture[]
}

/**
 * Models of an earlier run in this folder go, and nothing else of what lies there. Every kept model gets weights of its own, so
 * that its folder may be copied alone; on disk they are one file, where the file system can.
 *
 * @param kept - Null where the run keeps no models.
 * @throws {InputError} A folder cannot be moved or removed, or a file cannot be written.
 */
export async function finishFolder(out: string, kept: KeptModels | null): Promise<void> {
  await withReason(out, async () => {
    for (const folder of await keptModels(out)) await removeModel(folder)
    await rmdir(keptModelsFolder(out)).catch(ignoreFullOrMissing)
    if (kept !== null) await keepModels(out, kept)
    await rm(resumeFolder(out), { recursive: true, force: true })
  })
}

async function keepModels(out: string, { folds, backbone }: KeptModels): Promise<void> {
  if (folds.length > 0) await makeFolder(keptModelsFolder(out))
  for (const [fold, { facts, fixtures }] of folds.entries()) {
    const twin = fold === 0 ? null : keptModelFolder(out, 0)
    await finishModel(foldModelFolder(out, fold), facts, { backbone, fixtures }, twin)
    await rename(foldModelFolder(out, fold), keptModelFolder(out, fold))
  }
}

/** Folders in which models of folds lie. */
async function keptModels(out: string): Promise<readonly string[]> {
  const models = keptModelsFolder(out)
  const names = await readdir(models).catch(noneIfMissing)
  return names.filter((name) => /^fold-\d+$/.test(name)).map((name) => join(models, name))
}

async function withReason(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(path, systemReason(cause), { cause })
    throw cause
  }
}

function noneIfMissing(cause: unknown): string[] {
  if (isSystemError(cause) && cause.code === 'ENOENT') return []
  throw cause
}

function ignoreFullOrMissing(cause: unknown): void {
  if (isSystemError(cause) && ['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(cause.code ?? '')) return
  throw cause
}
