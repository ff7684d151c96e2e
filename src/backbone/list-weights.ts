/** What `plumbline weights list` and `weights verify` show: plain records about the registry and a folder. */
import { stat } from 'node:fs/promises'
import { ModelError, ShapeError } from '../errors.ts'
import { lastOf } from '../present.ts'
import { checkCancelled, type Task } from '../task.ts'
import { architecture } from './architectures.ts'
import { type CheckedWeights, checkWeightsFile, type Trust } from './check-weights.ts'
import { openBackbone } from './open-backbone.ts'
import { findWeightsFile, openWeights } from './resolve-weights.ts'
import { openShippedWeights, shippedPath, shippedSha256 } from './shipped-weights.ts'
import { embeddedBackbone, shippedBackbone, type WeightsEntry, weightsRegistry } from './weights-registry.ts'

export interface ListedWeights {
  readonly name: string
  readonly title: string
  readonly licence: string
  readonly source: string | null
  /** Null for those that need no download. */
  readonly url: string | null
  /** Hash of the file at `url`; null where no record of it was found. */
  readonly sha256: string | null
  readonly bytes: number | null
  /** Where the weights are; null where they are not, or need not be. */
  readonly path: string | null
}

export interface VerifiedWeights {
  readonly name: string
  readonly path: string
  /** Null where the file could not be read through. */
  readonly sha256: string | null
  readonly trust: Trust | null
  /** False for damage, another architecture, and an unknown file under a name whose hash is registered. */
  readonly ok: boolean
  /** One sentence. */
  readonly detail: string
}

/** Every backbone there is, those that need no download last, in the order in which they are preferred. */
export async function listWeights(folders: readonly string[]): Promise<readonly ListedWeights[]> {
  const pretrained = weightsRegistry.map(async (entry) => {
    const { name, title, licence, source, url, sha256, bytes } = entry
    const path = (await findWeightsFile(name, folders)) ?? null
    return { name, title, licence, source, url, sha256, bytes, path }
  })
  const builtIn = { licence: 'Apache-2.0', source: null, url: null, path: null }
  const shipped: ListedWeights = {
    ...builtIn,
    name: shippedBackbone,
    title: 'Distilled from MobileNetV2, part of the program',
    sha256: shippedSha256,
    bytes: await sizeOf(shippedPath),
    path: (await findWeightsFile(shippedBackbone, folders)) ?? null,
  }
  const embedded: ListedWeights = {
    ...builtIn,
    name: embeddedBackbone,
    title: 'Filter bank, built in, not trained',
    sha256: null,
    bytes: 0,
  }
  return [...(await Promise.all(pretrained)), shipped, embedded]
}

const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  )

/**
 * Checks the file that belongs to the program, and every registered backbone that has one: hash, structure, and that its
 * network can be built from it.
 *
 * Cost: a pass over each file and a small network built from it.
 */
export async function verifyWeights(
  folders: readonly string[],
  task: Task,
): Promise<readonly VerifiedWeights[]> {
  const results: VerifiedWeights[] = [await verifyShipped()]
  for (const entry of weightsRegistry) {
    checkCancelled(task)
    const path = await findWeightsFile(entry.name, folders)
    if (path !== undefined) results.push(await verifyFile(entry, path))
  }
  return results
}

async function verifyShipped(): Promise<VerifiedWeights> {
  const found = { name: shippedBackbone, path: shippedPath }
  try {
    await openShippedWeights()
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause
    return { ...found, sha256: null, trust: null, ok: false, detail: cause.message }
  }
  return { ...found, sha256: shippedSha256, trust: 'registered', ok: true, detail: 'is part of the program' }
}

async function verifyFile(entry: WeightsEntry, path: string): Promise<VerifiedWeights> {
  const { name } = entry
  let checked: CheckedWeights | undefined
  try {
    checked = await checkWeightsFile(name, path)
    await buildOnce(name, path, checked.sha256)
  } catch (cause) {
    if (!(cause instanceof ModelError || cause instanceof ShapeError)) throw cause
    return {
      name,
      path,
      sha256: checked?.sha256 ?? null,
      trust: checked?.trust ?? null,
      ok: false,
      detail: cause instanceof ModelError ? cause.reason : cause.message,
    }
  }
  return { name, path, sha256: checked.sha256, trust: checked.trust, ...judge(entry, checked.trust) }
}

async function buildOnce(id: string, path: string, sha256: string): Promise<void> {
  const backbone = await openBackbone({
    id,
    weights: await openWeights(id, path),
    weightsId: `sha256:${sha256}`,
    stages: [lastOf(architecture(id).stages).name], // the deepest needs every tensor
    size: { width: 64, height: 64 },
    device: 'cpu',
    threads: 1,
    batch: 1,
  })
  await backbone.close()
}

function judge(entry: WeightsEntry, trust: Trust): { ok: boolean; detail: string } {
  if (trust === 'registered') return { ok: true, detail: 'is the registered file' }
  if (trust === 'recorded') {
    return {
      ok: true,
      detail: 'is unchanged since its hash was recorded; the registry does not know the hash',
    }
  }
  const pin = 'record its hash with sha256sum FILE > FILE.sha256 to notice changes'
  if (entry.sha256 === null)
    return { ok: true, detail: `fits the network, but no hash is registered for it: ${pin}` }
  return { ok: false, detail: `fits the network, but is not the registered file: if it is your own, ${pin}` }
}
