/**
 * A fitted model on disk: `model.json` and the detector's own files, each with its length and sha256.
 *
 * Nothing in a model folder can run code; every file is verified before a byte of it is parsed.
 */
import { readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from '../errors.ts'
import { isSystemError, systemReason, writeFileAtomic } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { type ModelCard, modelSchema } from '../wire/model.ts'
import type { DetectorMethod } from './detector.ts'

export type ModelFiles = ReadonlyMap<string, Uint8Array>

/** Writes the files first and `model.json` last, so that a folder with a card is a whole model. */
export async function saveModel(
  folder: string,
  card: Omit<ModelCard, 'files' | 'format' | 'version'>,
  files: ModelFiles,
): Promise<ModelCard> {
  const listed: Record<string, { bytes: number; sha256: string }> = {}
  for (const [name, bytes] of files) {
    await writeFileAtomic(join(folder, name), bytes)
    listed[name] = { bytes: bytes.length, sha256: sha256(bytes) }
  }
  const whole: ModelCard = { format: 'plumbline-model', version: 1, ...card, files: listed }
  await writeCard(folder, whole)
  return whole
}

/** For a model whose threshold is chosen after it was saved. @throws {ModelError} There is no card, or another's. */
export async function setThreshold(folder: string, threshold: ModelCard['threshold']): Promise<void> {
  await writeCard(folder, { ...(await readCard(folder)), threshold })
}

/** Whether the folder is empty, or holds a model and nothing else. */
export async function holdsModelOnly(folder: string): Promise<boolean> {
  const [names, own] = await Promise.all([readdir(folder), ownFiles(folder)])
  return names.every((name) => own.includes(name))
}

/** Removes what `saveModel` wrote, and the folder if nothing else is left in it. */
export async function removeModel(folder: string): Promise<void> {
  for (const name of await ownFiles(folder)) await rm(join(folder, name), { force: true })
  if ((await readdir(folder)).length === 0) await rmdir(folder)
}

/** Names that the card vouches for, the card first: a folder without it holds no model. */
async function ownFiles(folder: string): Promise<readonly string[]> {
  try {
    return [cardName, ...Object.keys((await readCard(folder)).files)]
  } catch (error) {
    if (error instanceof ModelError) return []
    throw error
  }
}

/** @throws {ModelError} The model was fitted by another version of the method than the one at hand. */
export function refuseOtherVersion(
  folder: string,
  { detector }: Pick<ModelCard, 'detector'>,
  { version }: Pick<DetectorMethod, 'version'>,
): void {
  if (detector.version === version) return
  throw new ModelError(
    join(folder, cardName),
    `was fitted by version ${detector.version} of ${detector.id}, and the one at hand is version ${version}: train it anew`,
  )
}

const cardName = 'model.json'

const writeCard = (folder: string, card: ModelCard): Promise<void> =>
  writeFileAtomic(join(folder, cardName), `${JSON.stringify(card, null, 2)}\n`)

/** @throws {ModelError} No card, or of another format or version. */
async function readCard(folder: string): Promise<ModelCard> {
  const path = join(folder, cardName)
  return parseCard(path, await read(path))
}

/** @throws {ModelError} No card, another format or version, a missing, truncated or altered file. */
export async function loadModel(folder: string): Promise<{ card: ModelCard; files: ModelFiles }> {
  const card = await readCard(folder)
  const files = new Map<string, Uint8Array>()
  for (const [name, expected] of Object.entries(card.files)) {
    const path = join(folder, name)
    const bytes = await read(path)
    if (bytes.length !== expected.bytes) {
      throw new ModelError(
        path,
        `expected ${expected.bytes} bytes, found ${bytes.length}: the file is truncated or altered`,
      )
    }
    if (sha256(bytes) !== expected.sha256) {
      throw new ModelError(path, 'its sha256 differs from the one in model.json: the file was altered')
    }
    files.set(name, bytes)
  }
  return { card, files }
}

function parseCard(path: string, bytes: Uint8Array): ModelCard {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new ModelError(path, 'is not JSON', { cause })
  }
  const parsed = modelSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]!
  throw new ModelError(path, `is not a model card of this version: ${first.path.join('.')}: ${first.message}`)
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (isSystemError(cause)) throw new ModelError(path, systemReason(cause), { cause })
    throw cause
  }
}
