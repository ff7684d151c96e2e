/** From settings and a models folder to the segmenter: models fetched where that is allowed, verified, and loaded at the first image. */
import { checkCancelled, type Task } from '../../task.ts'
import type { Segmenter } from '../segmenter.ts'
import { openBoxFinder } from './box-finder.ts'
import { fetchModel } from './fetch-model.ts'
import { createGroundedSam } from './grounded-sam-segmenter.ts'
import { openMaskMaker } from './mask-maker.ts'
import { filesOfModel, type Role } from './model-files.ts'
import { findLocked, type ModelLock, readLock, type UsedModel, verifyModels } from './model-lock.ts'
import { modelFolder, parseModelName } from './model-name.ts'
import type { GroundedSamSettings, ModelFiles } from './settings.ts'
import { loadTransformers } from './transformers.ts'

export interface OpenedGroundedSam {
  /** For the record, and everything but the settings that decides about masks. */
  readonly detail: { readonly package: string; readonly models: ModelLock['models'] }
  /** Loads the networks. @throws {ModelError} They cannot be used. @throws {UsageError} The prompt is too long. */
  open(): Promise<Segmenter>
}

/** What of the outside is used; tests bring their own. */
export interface Outside {
  readonly load?: () => Promise<unknown>
  readonly fetch?: typeof globalThis.fetch
}

/**
 * @throws {UsageError} The package is not installed, or a name is none.
 * @throws {ModelError} A file is missing, cannot be fetched, or is not the one that was pinned.
 * @throws {InputError} A lock cannot be read, or a fetched file not written.
 */
export async function openGroundedSam(
  settings: GroundedSamSettings,
  where: ModelFiles,
  threads: number,
  task: Task,
  { load, fetch }: Outside = {},
): Promise<OpenedGroundedSam> {
  const hub = await loadTransformers(load)
  const lock = await readLock(where)
  const { precision } = settings
  const use = async (option: string, text: string, role: Role): Promise<UsedModel> => {
    checkCancelled(task)
    const name = parseModelName(text, option)
    const pinned = findLocked(lock, name)?.revision ?? null
    const fetching = { root: where.folder, model: name, role, precision, pinned }
    const fetched = where.mayDownload ? await fetchModel(fetching, task, fetch) : null
    return { name, files: await filesOfModel(where.folder, name, role, precision), fetched }
  }
  const detector = await use('--detector-model', settings.detectorModel, 'detector')
  const masks = await use('--mask-model', settings.maskModel, 'masks')
  const { models } = await verifyModels([detector, masks], where, task)
  const opening = ({ name }: UsedModel) => ({ folder: modelFolder(where.folder, name), settings, threads })
  return {
    detail: { package: `@huggingface/transformers ${hub.env.version}`, models },
    async open() {
      const finder = await openBoxFinder(hub, opening(detector))
      try {
        return createGroundedSam(settings, { finder, maker: await openMaskMaker(hub, opening(masks)) })
      } catch (error) {
        await finder.close()
        throw error
      }
    },
  }
}
