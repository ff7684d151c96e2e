/** What a worker has at hand when it does a step. */
import type { OpenVision } from '../../../backbone/create-vision.ts'
import type { FileContents } from '../../../backbone/file-contents.ts'
import type { Sample } from '../../../dataset/sample.ts'
import type { Detector } from '../../../detector/detector.ts'
import type { View } from '../../../detector/view/view.ts'
import { InputError } from '../../../errors.ts'
import type { Task } from '../../../task.ts'
import type { BlobCache } from '../../../work/blob-cache.ts'
import type { Making } from '../../../work/making.ts'
import type { Store } from '../../../work/store.ts'
import type { Look } from '../look.ts'
import { filesOfMask, movedMask, type SampleRef } from '../sample-ref.ts'

export interface Bench {
  readonly store: Store
  readonly blobs: BlobCache
  /** Of the step: 64 hexadecimal digits. */
  readonly id: string
  readonly made: Making
  /** What the step writes: laid out as the folder of a run. */
  readonly out: string
  readonly task: Task
  /** One way of looking is kept open between steps. The bench closes it. */
  vision(look: Look): Promise<OpenVision>
  /**
   * A fitted model, by the step that fitted it. One is kept open between steps that ask for it. The bench closes it.
   *
   * @param open - Where it is not.
   */
  model(fit: string, open: () => Promise<Detector>): Promise<Detector>
  /** Says which contents stand behind the names of images. */
  readonly names: ContentNames
  /** A file of this machine with that content. */
  fileOf(hash: string): Promise<string>
  /** A folder of this machine with these files. @throws {InputError} A name leads out of it. */
  folderOf(name: string, files: readonly (readonly [name: string, sha256: string])[]): Promise<string>
  /** Null where whole images are looked at. */
  view(look: Look): Promise<View | null>
}

/** Images have names on a worker, not places: their bytes come by their hash. */
export interface ContentNames extends FileContents {
  set(name: string, hash: string): void
}

export function createContentNames(blobs: BlobCache): ContentNames {
  const hashes = new Map<string, string>()
  const hashOf = (name: string): string => {
    const hash = hashes.get(name)
    if (hash === undefined) throw new InputError(name, 'is not among the images of this step')
    return hash
  }
  return {
    set: (name, hash) => void hashes.set(name, hash),
    identify: async (name) => ({ sha256: hashOf(name), bytes: null }),
    read: (name) => blobs.get(hashOf(name)),
  }
}

export const samplesOf = (
  refs: readonly SampleRef[],
  { look }: { readonly look: Look },
  bench: Bench,
): Promise<readonly Sample[]> =>
  Promise.all(refs.map((ref) => sampleOf(ref, bench, look.view?.tiles != null)))

/**
 * The sample that a description speaks of.
 *
 * @param isFile - Its path is one of this machine; else it is its name.
 */
async function sampleOf(
  { id, label, part, sha256, foreground, reading }: SampleRef,
  { names, fileOf }: Bench,
  isFile: boolean,
): Promise<Sample> {
  // Tiles are planned by the head of a file.
  const path = isFile ? await fileOf(sha256) : id
  names.set(path, sha256)
  const places = new Map<string, string>()
  for (const hash of filesOfMask(foreground)) places.set(hash, await fileOf(hash))
  return {
    ...{ id, path, label, part, defect: null, mask: null, split: null, attributes: {} },
    foreground: foreground && movedMask(foreground, (hash) => places.get(hash) ?? hash),
    ...(reading && { reading }),
  }
}
