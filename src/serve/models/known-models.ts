/**
 * The model folders that a station may use: the one it was started with, and those below `--models`, looked at again and again, so
 * that a folder that is dropped in appears by itself once every file of it is verified. Looking is polling: it works on network shares.
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { DetectorMethod } from '../../detector/detector.ts'
import { loadMethod } from '../../detector/methods.ts'
import { loadModel, refuseOtherVersion } from '../../detector/model-folder.ts'
import { backboneOf } from '../../detector/model-weights.ts'
import { InputError, ModelError, UsageError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { sha256File } from '../../files/hash.ts'
import { readTrustedKey } from '../../files/signature.ts'
import type { ModelCard } from '../../wire/model.ts'

export interface KnownModel {
  readonly id: string
  readonly folder: string
  readonly state: 'ready' | 'checking' | 'broken'
  readonly reason: string | null
  readonly card: ModelCard | null
  readonly fingerprint: string | null
}

export interface KnownModels {
  list(): readonly KnownModel[]
  find(id: string): KnownModel | undefined
  /** Looks at the folders again; what has not changed is not read again. Calls at the same time share one look. */
  refresh(): Promise<void>
}

export interface KnownModelsOptions {
  /** Started with; null for none. */
  readonly model: string | null
  /** Folder of model folders; null for none. */
  readonly models: string | null
  /** File of the public key that must have signed them; null for anybody, or nobody. */
  readonly trust: string | null
  readonly methods: readonly DetectorMethod[]
}

/** A name that does not begin with a dot: those are of programs that copy. */
const isModelName = (name: string): boolean => /^[^.].{0,199}$/u.test(name)

export function createKnownModels({ model, models, trust, methods }: KnownModelsOptions): KnownModels {
  const known = new Map<string, KnownModel & { readonly signature: string }>()
  let looking: Promise<void> | undefined

  const look = async (): Promise<void> => {
    const folders = await findFolders(model, models)
    for (const id of known.keys()) if (!folders.has(id)) known.delete(id)
    for (const [id, folder] of folders) {
      const signature = await signatureOf(folder)
      if (known.get(id)?.signature === signature) continue
      const entry = { id, folder, signature, reason: null, card: null, fingerprint: null }
      known.set(id, { ...entry, state: 'checking' })
      const checked = await verify(folder, trust, methods)
      known.set(id, { ...entry, ...checked })
    }
  }
  return {
    list: () => [...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    find: (id) => known.get(id),
    refresh() {
      looking ??= look().finally(() => {
        looking = undefined
      })
      return looking
    },
  }
}

/** @throws {UsageError} Two folders of one name. @throws {InputError} `--models` cannot be read. */
async function findFolders(model: string | null, models: string | null): Promise<Map<string, string>> {
  const folders = new Map<string, string>()
  if (models !== null) {
    for (const name of (await namesIn(models)).filter(isModelName)) {
      const folder = join(models, name)
      if (await hasCard(folder)) folders.set(name, folder)
    }
  }
  if (model === null) return folders
  const id = basename(resolve(model))
  const other = folders.get(id)
  if (other !== undefined && resolve(other) !== resolve(model))
    throw new UsageError(`--model ${model} and ${other} have the same name: rename one of them`)
  return folders.set(id, model)
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(folder, systemReason(cause), { cause })
    throw cause
  }
}

/** Of every file: name, size, time. A folder that is still being copied changes it. */
async function signatureOf(folder: string): Promise<string> {
  try {
    const names = (await readdir(folder)).sort()
    const stats = await Promise.all(
      names.map(async (name) => [name, await stat(join(folder, name))] as const),
    )
    return stats.map(([name, { size, mtimeMs, ino }]) => `${name} ${size} ${mtimeMs} ${ino}`).join('\n')
  } catch (error) {
    if (isSystemError(error)) return error.code ?? 'unreadable'
    throw error
  }
}

async function hasCard(folder: string): Promise<boolean> {
  try {
    return (await stat(join(folder, 'model.json'))).isFile()
  } catch (error) {
    if (isSystemError(error)) return false
    throw error
  }
}

/** Every file of the folder, by its hash in the card; the card by who signed it, where that is asked for. */
async function verify(
  folder: string,
  trust: string | null,
  methods: readonly DetectorMethod[],
): Promise<Pick<KnownModel, 'state' | 'reason' | 'card' | 'fingerprint'>> {
  try {
    const { card } = await loadModel(folder, trust === null ? null : await readTrustedKey(trust))
    refuseOtherVersion(folder, card, await loadMethod(card.detector.id, methods))
    await backboneOf(folder, card)
    return { state: 'ready', reason: null, card, fingerprint: await sha256File(join(folder, 'model.json')) }
  } catch (error) {
    const isOurs = error instanceof ModelError || error instanceof InputError || error instanceof UsageError
    if (!isOurs && !isSystemError(error)) throw error
    const reason = error instanceof ModelError ? error.reason : error.message
    return { state: 'broken', reason, card: null, fingerprint: null }
  }
}
