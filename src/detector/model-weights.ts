/**
 * The weights of the backbone inside a model folder, so that it needs nothing else: a copy of the file they came from, or the
 * hash of the numbers that the program makes itself.
 */
import { constants, copyFile, link, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { architectures } from '../backbone/architectures.ts'
import { openWeights, type ResolvedBackbone, resolveBackbone } from '../backbone/resolve-weights.ts'
import { shippedSha256 } from '../backbone/shipped-weights.ts'
import { findKnownFile } from '../backbone/weights-registry.ts'
import { ModelError } from '../errors.ts'
import { isSystemError, type Put } from '../files/atomic.ts'
import { sha256File } from '../files/hash.ts'
import { quietTask } from '../task.ts'
import type { ModelCard, ModelWeights } from '../wire/model.ts'
import { checkFile } from './check-file.ts'

const weightsName = 'weights.safetensors'

/** The program's own, for weights that belong to it. */
const ownLicence = 'Apache-2.0'

/** What a card says of weights that code makes; null where a file is needed, or the program knows no such backbone. */
export function madeWeightsOf(backbone: string): ModelWeights | null {
  const made = architectures.find(({ id }) => id === backbone)?.embedded?.()
  return made === undefined
    ? null
    : { kind: 'made', sha256: made.id.replace(/^sha256:/, ''), licence: ownLicence }
}

/**
 * Puts the weights into the folder.
 *
 * @param put - Writes a file that takes its place with the others of the model.
 * @param twin - Another model folder on the same weights: the two then share one file on disk, where the file system can.
 * @throws {ModelError} The file is not the one that was looked through. @throws {InputError} It cannot be written.
 * Cost: a copy of the file, and one pass over it for its hash.
 */
export async function putWeights(
  put: Put,
  folder: string,
  { id, weights, weightsId }: ResolvedBackbone,
  twin: string | null = null,
): Promise<ModelWeights> {
  const made = madeWeightsOf(id)
  if (made !== null) return made
  if (weights === null) throw new ModelError(id, 'needs weights, and none were given')
  const written = await put(join(folder, weightsName), async (temporary) => {
    if (twin !== null && (await linked(join(twin, weightsName), temporary))) return
    await copyFile(weights.path, temporary, constants.COPYFILE_FICLONE)
  })
  const [sha256, { size: bytes }] = await Promise.all([sha256File(written), stat(written)])
  if (weightsId !== `sha256:${sha256}`) {
    throw new ModelError(
      weights.path,
      `was changed while the model was made: expected ${weightsId}, found ${sha256}`,
    )
  }
  const known = findKnownFile(id, sha256)
  return {
    kind: 'file',
    file: weightsName,
    bytes,
    sha256,
    licence: known?.licence ?? (sha256 === shippedSha256 ? ownLicence : null),
    source: known?.source ?? null,
  }
}

/** Whether the file system could give the file a second name. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (isSystemError(error)) return false
    throw error
  }
}

/** @throws {ModelError} The file is missing, truncated or altered. Cost: one pass over it. */
export async function checkWeights(folder: string, weights: ModelWeights): Promise<void> {
  if (weights.kind === 'file') await checkFile(folder, weights)
}

/**
 * The backbone of a model whose files are verified.
 *
 * @throws {ModelError} The weights are none of the backbone's, or the program makes other numbers than it did.
 */
export async function backboneOf(
  folder: string,
  { backbone: { id, weights: weightsId }, weights }: Pick<ModelCard, 'backbone' | 'weights'>,
): Promise<ResolvedBackbone> {
  const card = join(folder, 'model.json')
  if (weights === null) throw new ModelError(card, 'the model is not finished: it has no weights')
  if (weights.kind === 'file') {
    if (weightsId !== `sha256:${weights.sha256}`) {
      throw new ModelError(card, `was fitted on weights ${weightsId}, but holds ${weights.sha256}`)
    }
    return { id, weights: await openWeights(id, join(folder, weights.file)), weightsId, notice: null }
  }
  const made = madeWeightsOf(id)
  if (made?.sha256 !== weights.sha256) {
    throw new ModelError(
      card,
      `was fitted on numbers of ${id} with the sha256 ${weights.sha256}; this program makes ${made?.sha256 ?? 'none'}: train it anew`,
    )
  }
  const resolved = await resolveBackbone({ backbone: id, weightsFolders: [] }, quietTask)
  if (resolved.weightsId === weightsId) return resolved
  throw new ModelError(
    card,
    `was fitted on ${id} with weights ${weightsId}, but the weights at hand are ${resolved.weightsId}`,
  )
}
