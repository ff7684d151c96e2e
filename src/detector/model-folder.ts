/**
 * A fitted model on disk: `model.json`, the detector's own files, the weights of its backbone and some pictures it learnt from, each with its
 * length and sha256. It needs nothing from outside.
 *
 * Nothing in a model folder can run code; every file is verified before a byte of it is parsed.
 */
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ResolvedBackbone } from '../backbone/resolve-weights.ts'
import { ModelError } from '../errors.ts'
import { type Put, replaceTogether, writeInto } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { readBytes } from '../files/read-bytes.ts'
import { type Signer, signatureName, type TrustedKey } from '../files/signature.ts'
import { present } from '../present.ts'
import { type ModelCard, modelSchema, modelVersion } from '../wire/model.ts'
import { checkFile, readChecked } from './check-file.ts'
import type { DetectorMethod } from './detector.ts'
import { type Fixture, putFixtures } from './model-fixtures.ts'
import { checkWeights, madeWeightsOf, putWeights } from './model-weights.ts'

export type ModelFiles = ReadonlyMap<string, Uint8Array>

/** What whoever made a model says of it; the folder knows the rest. */
export type ModelFacts = Omit<ModelCard, 'extras' | 'files' | 'fixtures' | 'format' | 'version' | 'weights'>

/** What lies in a folder beside the detector's own files. */
export interface ModelExtras {
  /** Whose weights go into the folder; absent where `finishModel` puts them there. */
  readonly backbone?: ResolvedBackbone
  readonly fixtures?: readonly Fixture[]
  /** Files that the card says more of, by name. */
  readonly extras?: ModelFiles
  /** Who signs the card, which holds the hashes of all files. */
  readonly signer?: Signer | null
}

/**
 * All files are on disk before the first takes its place, `model.json` last: a folder with a card is a whole model, and a full disk
 * leaves the one that was there before. Its files go.
 *
 * @throws {InputError} A file cannot be written. @throws {ModelError} The weights are not the ones that were looked through.
 */
export async function saveModel(
  folder: string,
  facts: ModelFacts,
  files: ModelFiles,
  { backbone, fixtures = [], extras = new Map(), signer = null }: ModelExtras = {},
): Promise<ModelCard> {
  const before = await ownFiles(folder)
  let card: ModelCard | undefined
  await replaceTogether(async (put) => {
    const listed = await putFiles(put, folder, files)
    card = {
      format: 'plumbline-model',
      version: modelVersion,
      ...facts,
      weights:
        backbone === undefined ? madeWeightsOf(facts.backbone.id) : await putWeights(put, folder, backbone),
      fixtures: await putFixtures(put, folder, fixtures),
      extras: await putFiles(put, folder, extras),
      files: listed,
    }
    await putCard(put, folder, card, signer)
  })
  const saved = present(card, 'the card of a model that was written')
  const now = [...filesOf(saved), ...(signer === null ? [] : [signatureName])]
  for (const name of before) if (!now.includes(name)) await rm(join(folder, name), { force: true })
  return saved
}

/**
 * For a model of which more is known after it was saved: its weights and fixtures are put beside it, then what is known into its card.
 *
 * @param twin - Another finished model on the same weights, to share the file with; null for none.
 * @throws {ModelError} There is no card, or another's. @throws {InputError} A file cannot be written.
 */
export async function finishModel(
  folder: string,
  facts: Partial<ModelFacts>,
  { backbone, fixtures = [] }: Required<Pick<ModelExtras, 'backbone'>> & ModelExtras,
  twin: string | null,
): Promise<void> {
  const card = await readCard(folder)
  await replaceTogether(async (put) => {
    const weights = await putWeights(put, folder, backbone, twin)
    await putCard(put, folder, {
      ...card,
      ...facts,
      weights,
      fixtures: await putFixtures(put, folder, fixtures),
    })
  })
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
    return [...filesOf(await readCard(folder)), signatureName]
  } catch (error) {
    if (error instanceof ModelError) return []
    throw error
  }
}

const filesOf = ({ files, extras, weights, fixtures }: ModelCard): readonly string[] => [
  cardName,
  ...Object.keys(files),
  ...Object.keys(extras),
  ...fixtures.map(({ file }) => file),
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

async function putFiles(put: Put, folder: string, files: ModelFiles): Promise<ModelCard['files']> {
  const listed: ModelCard['files'] = {}
  for (const [name, bytes] of files) {
    await put(join(folder, name), writeInto(bytes))
    listed[name] = { bytes: bytes.length, sha256: sha256(bytes) }
  }
  return listed
}

async function putCard(
  put: Put,
  folder: string,
  card: ModelCard,
  signer: Signer | null = null,
): Promise<void> {
  const text = `${JSON.stringify(card, null, 2)}\n`
  if (signer !== null) await put(join(folder, signatureName), writeInto(signer.sign(cardName, text)))
  await put(join(folder, cardName), writeInto(text))
}

/** @throws {ModelError} No card, of another format or version, or not signed by whom is trusted. */
export async function readCard(folder: string, trust: TrustedKey | null = null): Promise<ModelCard> {
  const path = join(folder, cardName)
  const bytes = await readBytes(path, ModelError)
  await trust?.check(folder, cardName, bytes)
  return parseCard(path, bytes)
}

/**
 * @param trust - Who must have signed the card; null for anybody, or nobody.
 * @throws {ModelError} No card, another format or version, a missing, truncated or altered file; not signed by whom is trusted.
 * Cost: reads every file of the detector, and hashes them, the weights and the fixtures.
 */
export async function loadModel(folder: string, trust: TrustedKey | null = null): Promise<LoadedModel> {
  const card = await readCard(folder, trust)
  const files = await readFiles(folder, card.files)
  const extras = await readFiles(folder, card.extras)
  for (const fixture of card.fixtures) await checkFile(folder, fixture)
  if (card.weights !== null) await checkWeights(folder, card.weights)
  return { card, files, extras }
}

export interface LoadedModel {
  readonly card: ModelCard
  /** The detector's own. */
  readonly files: ModelFiles
  readonly extras: ModelFiles
}

async function readFiles(folder: string, listed: ModelCard['files']): Promise<ModelFiles> {
  const files = new Map<string, Uint8Array>()
  for (const [name, expected] of Object.entries(listed)) {
    files.set(name, await readChecked(folder, { file: name, ...expected }))
  }
  return files
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
