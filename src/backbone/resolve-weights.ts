/** Chooses the backbone of a run and finds its weights, or says what to do where there are none. */
import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ModelError, UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import { present } from '../present.ts'
import { checkCancelled, type Task } from '../task.ts'
import { type CheckedWeights, checkWeightsFile } from './check-weights.ts'
import { openSafetensors } from './safetensors.ts'
import { openShippedWeights, shippedDifference } from './shipped-weights.ts'
import { withTorchvisionNames } from './timm-names.ts'
import { withTimmTransformerNames } from './vit/transformer-names.ts'
import type { WeightTensors } from './weight-tensors.ts'
import { embeddedBackbone, shippedBackbone, weightsFileName, weightsRegistry } from './weights-registry.ts'

export interface BackboneRequest {
  /** Null to take the best that is at hand. */
  readonly backbone: string | null
  /** Searched in this order; one that does not exist holds nothing. */
  readonly weightsFolders: readonly string[]
}

export interface ResolvedBackbone {
  readonly id: string
  /** Null for the embedded backbone. */
  readonly weights: WeightTensors | null
  /** `sha256:…` of the weights file; `embedded` for the embedded backbone, whose numbers belong to the program. */
  readonly weightsId: string
  /** What the user should know about the choice; null for nothing. */
  readonly notice: string | null
}

/** In the order in which they are taken when none is named; the last is never, unless it is. */
const backboneNames: readonly string[] = [
  ...weightsRegistry.map(({ name }) => name),
  shippedBackbone,
  embeddedBackbone,
]

/**
 * A named backbone is that one or an error. Without a name: the first of the registry whose weights are in a folder, else
 * the one that is shipped with the program (or its namesake in a folder: one distilled on photographs of one's own).
 * Weights are verified first: a damaged file is an error that names the way out, never passed over in silence.
 *
 * @throws {UsageError} An unknown name.
 * @throws {ModelError} The named backbone's weights are not there, or a file is damaged or no safetensors file.
 * Cost: one pass over the chosen file, for its hash.
 */
export async function resolveBackbone(request: BackboneRequest, task: Task): Promise<ResolvedBackbone> {
  const { backbone, weightsFolders } = request
  if (backbone !== null && !backboneNames.includes(backbone)) {
    const hint = didYouMean(backbone, backboneNames)
    throw new UsageError(`no backbone named ${backbone}; known are ${backboneNames.join(', ')}${hint}`)
  }
  if (backbone === embeddedBackbone) return embedded(null)
  const inFolders = backboneNames.filter((name) => name !== embeddedBackbone)
  for (const name of backbone === null ? inFolders : [backbone]) {
    checkCancelled(task)
    const path = await findWeightsFile(name, weightsFolders)
    if (path === undefined) continue
    const checked = await checkWeightsFile(name, path)
    const weights = await openWeights(name, path)
    return { id: name, weights, weightsId: `sha256:${checked.sha256}`, notice: noticeOf(name, checked) }
  }
  const where = weightsFolders.map((folder) => resolve(folder)).join(' or ')
  if (backbone !== null && backbone !== shippedBackbone) throw missing(backbone, weightsFolders, where)
  const notice = backbone === null ? `no pretrained weights in ${where}: ${shippedNotice}` : null
  return { id: shippedBackbone, ...(await openShippedWeights()), notice }
}

const shippedNotice =
  `using ${shippedBackbone}, which is part of the program. ${shippedDifference} ` +
  '"plumbline weights pull mobilenet_v2" fetches it'

/**
 * Opens a registered backbone's weights, whoever named the tensors.
 *
 * @throws {ModelError} as {@link openSafetensors}.
 */
export async function openWeights(name: string, path: string): Promise<WeightTensors> {
  const entry = weightsRegistry.find((candidate) => candidate.name === name)
  const weights = await openSafetensors(path)
  if (name.startsWith('dinov2')) return withTimmTransformerNames(weights)
  return withTorchvisionNames(name, weights, entry?.metadata ?? {})
}

const embedded = (notice: string | null): ResolvedBackbone => ({
  id: embeddedBackbone,
  weights: null,
  weightsId: 'embedded',
  notice,
})

function noticeOf(name: string, { path, sha256, trust }: CheckedWeights): string | null {
  if (trust !== 'unknown') return null
  return `the weights of ${name} in ${path} are none the registry knows (sha256 ${sha256}); they are used as they are`
}

function missing(name: string, folders: readonly string[], where: string): ModelError {
  const { url } = present(
    weightsRegistry.find((candidate) => candidate.name === name),
    `${name} in the registry`,
  )
  const file = weightsFileName(name)
  return new ModelError(
    join(resolve(folders[0] ?? '.'), file),
    `the weights of ${name} are not there (looked in ${where}). Run "plumbline weights pull ${name}"; without a ` +
      `connection, fetch ${url} elsewhere, save it as ${file} and name its folder with --weights DIR or ` +
      `PLUMBLINE_WEIGHTS; or use --backbone ${shippedBackbone}, which is part of the program`,
  )
}

/** Path of a backbone's weights in the first folder that has them. */
export async function findWeightsFile(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, weightsFileName(name))
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path
  }
  return undefined
}
