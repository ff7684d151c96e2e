/**
 * A fitted model on disk: `model.json` and the detector's own files, each with its length and sha256.
 *
 * Nothing in a model folder can run code; every file is verified before a byte of it is parsed.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from '../errors.ts'
import { isSystemError, systemReason, writeFileAtomic } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { type ModelCard, modelSchema } from '../wire/model.ts'

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
  await writeFileAtomic(join(folder, 'model.json'), `${JSON.stringify(whole, null, 2)}\n`)
  return whole
}

/** @throws {ModelError} No card, another format or version, a missing, truncated or altered file. */
export async function loadModel(folder: string): Promise<{ card: ModelCard; files: ModelFiles }> {
  const cardPath = join(folder, 'model.json')
  const card = parseCard(cardPath, await read(cardPath))
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
