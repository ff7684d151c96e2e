/**
 * A fitted model on disk: `model.json`, the detector's own files and the weights of its backbone, each with its length and sha256.
 * It needs nothing from outside.
 *
 * Nothing in a model folder can run code; every file is verified before a byte of it is parsed.
 */
import { readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ResolvedBackbone } from '../backbone/resolve-weights.ts'
import { ModelError } from '../errors.ts'
import { isSystemError, systemReason, writeFileAtomic } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { type ModelCard, modelSchema, modelVersion } from '../wire/model.ts'
import type { DetectorMethod } from './detector.ts'
import { checkWeights, madeWeightsOf, putWeights } from './model-weights.ts'

export type ModelFiles = ReadonlyMap<string, Uint8Array>

/** What whoever made a model says of it; the folder knows the rest. */
export type ModelFacts = Omit<ModelCard, 'files' | 'format' | 'version' | 'weights'>

/**
 * Writes the files first and `model.json` last, so that a folder with a card is a whole model. Files of a model that was there
 * before go.
 *
 * @param backbone - Whose weights go into the folder; absent where `finishModel` puts them there.
 * @throws {InputError} A file cannot be written. @throws {ModelError} The weights are not the ones that were looked through.
 */
export async function saveModel(
  folder: string,
  facts: ModelFacts,
  files: ModelFiles,
  backbone?: ResolvedBackbone,
): Promise<ModelCard> {
  const before = await ownFiles(folder)
  const listed: Record<string, { bytes: number; sha256: string }> = {}
  for (const [name, bytes] of files) {
    await writeFileAtomic(join(folder, name), bytes)
    listed[name] = { bytes: bytes.length, sha256: sha256(bytes) }
  }
  const weights =
    backbone === undefined ? madeWeightsOf(facts.backbone.id) : await putWeights(folder, backbone)
  const card: ModelCard = {
    format: 'plumbline-model',
    version: modelVersion,
    ...facts,
    weights,
    files: listed,
  }
  await writeCard(folder, card)
  for (const name of before) if (!filesOf(card).includes(name)) await rm(join(folder, name), { force: true })
  return card
}

/**
 * For a model of which more is known after it was saved: its weights are put beside it, then what is known into its card.
 *
 * @param twin - Another finished model on the same weights, to share the file with; null for none.
 * @throws {ModelError} There is no card, or another's. @throws {InputError} A file cannot be written.
 */
export async function finishModel(
  folder: string,
  facts: Partial<ModelFacts>,
  backbone: ResolvedBackbone,
  twin: string | null,
): Promise<void> {
  const card = await readCard(folder)
  const weights = await putWeights(folder, backbone, twin)
  await writeCard(folder, { ...card, ...facts, weights })
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
    return filesOf(await readCard(folder))
  } catch (error) {
    if (error instanceof ModelError) return []
    throw error
  }
}

const filesOf = ({ files, weights }: ModelCard): readonly string[] => [
  cardName,
  ...Object.keys(files),
  ...(weights?.kind === 'file' ? [weights.file] : []),
]

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

/**
 * @throws {ModelError} No card, another format or version, a missing, truncated or altered file.
 * Cost: reads every file of the detector, and hashes them and the weights.
 */
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
  if (card.weights !== null) await checkWeights(folder, card.weights)
  return { card, files }
}

function parseCard(path: string, bytes: Uint8Array): ModelCard {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new ModelError(path, 'is not JSON', { cause })
  }
  refuseOtherFormat(path, json)
  const parsed = modelSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]!
  throw new ModelError(path, `is not a model card of this version: ${first.path.join('.')}: ${first.message}`)
}

/** A card of another version is told from one that is damaged, and how to make the model anew. */
function refuseOtherFormat(path: string, json: unknown): void {
  if (typeof json !== 'object' || json === null || !('format' in json) || !('version' in json)) return
  const { format, version } = json
  if (format !== 'plumbline-model' || version === modelVersion || typeof version !== 'number') return
  const remedy =
    version > modelVersion
      ? 'it takes a newer program'
      : 'make it anew: "plumbline train DATASET --out DIR", or "plumbline evaluate DATASET --out DIR --keep-models" for the models of folds'
  throw new ModelError(
    path,
    `is a model folder of version ${version}, this program reads version ${modelVersion}: ${remedy}`,
  )
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (isSystemError(cause)) throw new ModelError(path, systemReason(cause), { cause })
    throw cause
  }
}
