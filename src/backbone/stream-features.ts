/**
 * Turns a list of images into features, in order, with the cache, the decoder and the network busy at the same time.
 *
 * Images found in the cache pass at once; the others wait until a batch of them is together. While the network runs
 * one group, the images of the next are decoded. Memory is bounded by two groups and the look-ahead, whatever the
 * length of the list.
 */
import type { PreparedImage } from '../image/image.ts'
import { checkCancelled, mapConcurrent, type Progress, type Task } from '../task.ts'
import type { ImageFeatures } from './backbone.ts'
import type { ImageRef, Outcome } from './vision.ts'

/** What a first look at one image gives. */
export type Looked =
  | { readonly kind: 'found'; readonly path: string; readonly features: ImageFeatures }
  | {
      readonly kind: 'missing'
      readonly path: string
      readonly key: string | null
      readonly image: PreparedImage
    }
  | { readonly kind: 'failed'; readonly path: string; readonly error: string }

export interface FeatureSteps {
  look(ref: ImageRef): Promise<Looked>
  extract(images: readonly PreparedImage[]): Promise<readonly ImageFeatures[]>
  /** @param key - Null for one that is not to be found again. */
  store(key: string | null, features: ImageFeatures): Promise<void>
}

export interface StreamOptions {
  /** Images per run of the network. */
  readonly batch: number
  /** Images being read and decoded at a time. */
  readonly lookAhead: number
  /** Label of the progress line, which is drawn once an image was not in the cache. */
  readonly label: string
}

export async function* streamFeatures(
  refs: readonly ImageRef[],
  steps: FeatureSteps,
  { batch, lookAhead, label }: StreamOptions,
  task: Task,
): AsyncGenerator<Outcome<ImageFeatures>, void, undefined> {
  const looked = mapConcurrent(refs, lookAhead, async (ref) => {
    checkCancelled(task)
    return steps.look(ref)
  })
  const settled = mapConcurrent(inGroups(looked, batch), 2, (group) => settle(group, steps))
  let progress: Progress | undefined
  let done = 0
  try {
    for await (const { outcomes, extracted } of settled) {
      checkCancelled(task)
      done += outcomes.length
      if (extracted > 0) progress ??= task.progress(label, 'images')
      progress?.update(done, refs.length)
      yield* outcomes
    }
  } finally {
    progress?.end()
  }
}

/** Runs of consecutive images with at most `batch` missing ones; images that miss nothing go alone, and at once. */
async function* inGroups(looked: AsyncIterable<Looked>, batch: number): AsyncGenerator<readonly Looked[]> {
  let group: Looked[] = []
  let missing = 0
  for await (const item of looked) {
    group.push(item)
    if (item.kind === 'missing') missing++
    if (missing === 0 || missing === batch || group.length >= 4 * batch) {
      yield group
      group = []
      missing = 0
    }
  }
  if (group.length > 0) yield group
}

async function settle(
  group: readonly Looked[],
  steps: FeatureSteps,
): Promise<{ outcomes: readonly Outcome<ImageFeatures>[]; extracted: number }> {
  const missing = group.filter((item) => item.kind === 'missing')
  const fresh = missing.length === 0 ? [] : await steps.extract(missing.map(({ image }) => image))
  await Promise.all(missing.map(({ key }, i) => steps.store(key, fresh[i]!)))
  let next = 0
  const outcomes = group.map((item): Outcome<ImageFeatures> => {
    if (item.kind === 'failed') return { ok: false, path: item.path, error: item.error }
    return { ok: true, path: item.path, value: item.kind === 'found' ? item.features : fresh[next++]! }
  })
  return { outcomes, extracted: missing.length }
}
