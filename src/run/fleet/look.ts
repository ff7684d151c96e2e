/** How images are looked at, as a step says it, and the vision that a worker makes of it. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { batchOf, createVision, type OpenVision } from '../../backbone/create-vision.ts'
import type { FileContents } from '../../backbone/file-contents.ts'
import { findWeightsFile, type ResolvedBackbone, resolveBackbone } from '../../backbone/resolve-weights.ts'
import { shippedSha256 } from '../../backbone/shipped-weights.ts'
import { weightsFileName } from '../../backbone/weights-registry.ts'
import type { TilePlan, View } from '../../detector/view/view.ts'
import { ModelError } from '../../errors.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import { readBytes } from '../../files/read-bytes.ts'
import { runtimeVersion } from '../../graph/index.ts'
import type { Fit, Size } from '../../image/image.ts'
import { interestOf, readRegionOfInterest } from '../../image/region-of-interest.ts'
import type { QueueRequest } from '../../options/queue-options.ts'
import type { Task } from '../../task.ts'
import type { BlobCache } from '../../work/blob-cache.ts'
import { type Making, makingHere } from '../../work/making.ts'
import { canonical } from '../../work/step.ts'
import { putBlob, type Store } from '../../work/store.ts'

export interface Look {
  readonly size: Size
  readonly fit: Fit
  readonly backbone: { readonly id: string; readonly weights: string }
  /** Absent where whole images are looked at. */
  readonly view?: {
    readonly tiles: TilePlan | null
    /** Content with the region of interest; null where all of an image counts. */
    readonly interest: string | null
  }
}

/** @param size - Of the model's input. */
export const makingOf = (
  machine: { readonly device: string; readonly threads: number },
  size: Size,
): Making => makingHere(runtimeVersion(), { ...machine, batch: batchOf(size) })

/**
 * Features of one way of making, shared by all workers: those of other threads or processors differ in their last digits.
 *
 * @param folder - Of the store.
 */
const featureFolder = (folder: string, made: Making): string =>
  join(folder, 'features', sha256(canonical(made)).slice(0, 16))

/** Where a submitter finds the features of the workers, by the size of the input; null where the work is done here. */
export const sharedFeatures = (
  { queue, store }: Partial<QueueRequest>,
  machine: { readonly device: string; readonly threads: number },
): ((size: Size) => string) | null =>
  queue == null || store === undefined ? null : (size) => featureFolder(store, makingOf(machine, size))

/** Gives workers the weights, where they are no part of the program. @throws {InputError} */
export async function bringWeights(
  backbone: ResolvedBackbone,
  folder: string,
  { store }: { store: Store },
): Promise<void> {
  const path = await weightsFile(backbone, folder)
  if (path !== null) await putBlob(store, await readBytes(path))
}

/** File of the weights, where workers have to be given it. */
async function weightsFile({ id, weightsId }: ResolvedBackbone, folder: string): Promise<string | null> {
  if (weightsId === 'embedded' || weightsId === `sha256:${shippedSha256}`) return null
  return (await findWeightsFile(id, [folder])) ?? null
}

/** What a method is told of it; null where it looks at whole images. @throws {InputError} The store does not have the region. */
export async function viewOf({ view }: Look, blobs: BlobCache): Promise<View | null> {
  if (view === undefined) return null
  const { tiles, interest } = view
  if (interest === null) return { tiles, interest: null }
  return { tiles, interest: interestOf(await readRegionOfInterest(await blobs.get(interest), interest)) }
}

/** Of features that a worker keeps in memory: the folds of an evaluation ask for the same images again. */
const keptBytes = 256 * 2 ** 20

/**
 * @param view - As {@link viewOf} says.
 * @param folder - Where weights may lie that come out of the store.
 * @throws {ModelError} The weights at hand are others.
 */
export async function visionFor(
  look: Look,
  made: Making,
  view: View | null,
  {
    store,
    blobs,
    contents,
    folder,
  }: { store: Store; blobs: BlobCache; contents: FileContents; folder: string },
  task: Task,
): Promise<OpenVision> {
  const backbone = await backboneFor(look.backbone, blobs, folder, task)
  return createVision({
    size: look.size,
    fit: look.fit,
    backbone,
    contents,
    cacheFolder: featureFolder(store.place, made),
    isCacheShared: true,
    keptBytes,
    device: made.device,
    threads: made.threads,
    batch: made.batch,
    interest: view?.interest ?? null,
  })
}

async function backboneFor(
  { id, weights }: Look['backbone'],
  blobs: BlobCache,
  folder: string,
  task: Task,
): Promise<ResolvedBackbone> {
  const hash = /^sha256:([0-9a-f]{64})$/.exec(weights)?.[1]
  const isPart = hash === undefined || hash === shippedSha256
  const own = join(folder, 'weights', hash ?? 'none')
  if (!isPart) {
    await mkdir(own, { recursive: true })
    if ((await findWeightsFile(id, [own])) === undefined)
      await writeFileAtomic(join(own, weightsFileName(id)), await blobs.get(hash))
  }
  const found = await resolveBackbone({ backbone: id, weightsFolders: isPart ? [] : [own] }, task)
  if (found.weightsId !== weights)
    throw new ModelError(id, `expected the weights ${weights}, found ${found.weightsId}`)
  return found
}
