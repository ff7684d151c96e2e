/**
 * Models are what they were: hashes of all their files, pinned by a lock file.
 *
 * The lock beside the models learns a file when it first sees it and holds it to its hash from then on. A lock that is named
 * learns nothing: every file must be in it.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { InputError, ModelError } from '../../errors.ts'
import { isSystemError, systemReason, writeFileAtomic } from '../../files/atomic.ts'
import { sha256File } from '../../files/hash.ts'
import { maybeReadJson } from '../../files/read-json.ts'
import { checkCancelled, type Task } from '../../task.ts'
import { type ModelName, modelFolder } from './model-name.ts'
import type { ModelFiles } from './settings.ts'

const lockSchema = z.strictObject({
  /** By `owner/name`. */
  models: z.record(
    z.string(),
    z.strictObject({
      /** Commit on the hub; null where the files came by another way. */
      revision: z.string().nullable(),
      /** SHA-256 by name. */
      files: z.record(z.string(), z.string().regex(/^[\da-f]{64}$/)),
    }),
  ),
})

export type ModelLock = z.infer<typeof lockSchema>
export type LockedModel = ModelLock['models'][string]

export const lockPath = ({ folder, lock }: ModelFiles): string => lock ?? join(folder, 'models.lock.json')

/** @throws {InputError} It cannot be read, or is named and not there. */
export async function readLock(where: ModelFiles): Promise<ModelLock> {
  const path = lockPath(where)
  const found = await maybeReadJson(path, lockSchema)
  if (found === undefined && where.lock !== null) throw new InputError(path, 'no such file or folder')
  return found ?? { models: {} }
}

/** The pinned model; undefined where the lock does not know it. */
export const findLocked = ({ models }: ModelLock, { id }: ModelName): LockedModel | undefined =>
  Object.hasOwn(models, id) ? models[id] : undefined

/** A model with the names of all files that will be read, and the commit that they were fetched from, where they were. */
export interface UsedModel {
  readonly name: ModelName
  readonly files: readonly string[]
  readonly fetched: string | null
}

/**
 * Hashes all files and holds them against the lock; what is new is added to it, unless it was named.
 *
 * @returns Hashes by model.
 * @throws {ModelError} A file differs from what is pinned, or is not pinned by a lock that was named, or the lock pins another revision.
 */
export async function verifyModels(
  used: readonly UsedModel[],
  where: ModelFiles,
  task: Task,
): Promise<ModelLock> {
  const lock = await readLock(where)
  const seen: ModelLock = { models: {} }
  const progress = task.progress('verify models', 'files')
  try {
    const total = used.reduce((sum, { files }) => sum + files.length, 0)
    let done = 0
    for (const model of used) {
      const pinned = findLocked(lock, model.name)
      checkRevision(model, pinned, where, task)
      const hashes: Record<string, string> = {}
      for (const file of model.files) {
        checkCancelled(task)
        const path = join(modelFolder(where.folder, model.name), file)
        hashes[file] = await hashOf(path)
        checkHash(path, hashes[file], pinned?.files[file], where)
        progress.update(++done, total)
      }
      seen.models[model.name.id] = { revision: pinned?.revision ?? model.fetched, files: hashes }
    }
  } finally {
    progress.end()
  }
  if (where.lock === null) await learn(lock, seen, where, task)
  return seen
}

function checkRevision(
  { name, fetched }: UsedModel,
  pinned: LockedModel | undefined,
  where: ModelFiles,
  task: Task,
): void {
  const held = pinned?.revision ?? fetched
  if (name.revision === null || name.revision === held) return
  if (held === null) {
    task.note(`${name.id}: its files came by hand, so that they are of ${name.revision} is not known`)
    return
  }
  throw new ModelError(
    modelFolder(where.folder, name),
    `holds commit ${held} by ${lockPath(where)}, asked for is ${name.revision}: each needs a --models folder of its own`,
  )
}

function checkHash(path: string, found: string, pinned: string | undefined, where: ModelFiles): void {
  if (found === pinned || (pinned === undefined && where.lock === null)) return
  throw new ModelError(
    path,
    pinned === undefined
      ? `is not pinned by ${lockPath(where)}; its sha256 is ${found}`
      : `is not the file that ${lockPath(where)} pins: expected sha256 ${pinned}, got ${found}`,
  )
}

async function hashOf(path: string): Promise<string> {
  try {
    return await sha256File(path)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new ModelError(path, `cannot be read: ${systemReason(cause)}`, { cause })
  }
}

/** Adds what is new. A folder that cannot be written still serves: the hashes are in `prepare.json`. */
async function learn(lock: ModelLock, seen: ModelLock, where: ModelFiles, task: Task): Promise<void> {
  const models = { ...lock.models }
  for (const [id, { revision, files }] of Object.entries(seen.models))
    models[id] = { revision, files: { ...findLocked(lock, { id, revision })?.files, ...files } }
  if (JSON.stringify(models) === JSON.stringify(lock.models)) return
  try {
    await writeFileAtomic(lockPath(where), `${JSON.stringify({ models }, null, 2)}\n`)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    task.note(`${error.message}; the models are not pinned for the next run`)
  }
}
