/**
 * Looking at pictures as they might have been: the same preparation and backbone, but every prepared image is changed before
 * anything sees it. Nothing of it is cached on disk.
 */
import type { PreparedImage } from '../image/image.ts'
import { subsample } from '../image/subsample.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import type { ImageFeatures } from './backbone.ts'
import type { ImageRef, Outcome, Vision } from './vision.ts'

/**
 * From a prepared image to another of the same size and frame. A detector may look at several sizes, so a change must mean
 * the same at each: its lengths go by the image's own.
 */
export type Perturb = (image: PreparedImage, ref: ImageRef) => PreparedImage | Promise<PreparedImage>

/** Images that go through the backbone together. */
const together = 8

/** Masks of objects stay where they are: no detector looks at them when it scores. */
export function perturbVision(vision: Vision, perturb: Perturb): Vision {
  return viewOf(vision, changed(vision.images, perturb), perturb)
}

/** @param own - The unchanged vision of that size. @param images - The changed images. */
function viewOf(own: Vision, images: Vision['images'], perturb: Perturb): Vision {
  return {
    ...own,
    images,
    features: (refs, stages, task) => featuresOf(images(refs, task), own, stages, task),
    scaled(factor, scaling = 'smooth') {
      const other = own.scaled(factor, scaling)
      const smaller =
        scaling === 'smooth' ? changed(other.images, perturb) : everyNth(images, Math.round(1 / factor))
      return viewOf(other, smaller, perturb)
    },
  }
}

function changed(images: Vision['images'], perturb: Perturb): Vision['images'] {
  return async function* (refs, task) {
    const pairs = (async function* () {
      let next = 0
      for await (const outcome of images(refs, task)) yield { outcome, ref: refs[next++]! }
    })()
    yield* mapConcurrent(pairs, together, async ({ outcome, ref }) =>
      outcome.ok ? { ...outcome, value: await perturb(outcome.value, ref) } : outcome,
    )
  }
}

function everyNth(images: Vision['images'], step: number): Vision['images'] {
  return async function* (refs, task) {
    for await (const outcome of images(refs, task)) {
      yield outcome.ok ? { ...outcome, value: subsample(outcome.value, step) } : outcome
    }
  }
}

async function* featuresOf(
  images: AsyncIterable<Outcome<PreparedImage>>,
  { extract }: Vision,
  stages: readonly string[],
  task: Task,
): AsyncGenerator<Outcome<ImageFeatures>> {
  let waiting: Outcome<PreparedImage>[] = []
  for await (const outcome of images) {
    checkCancelled(task)
    waiting.push(outcome)
    if (waiting.length < together) continue
    yield* await settle(waiting, extract, stages)
    waiting = []
  }
  yield* await settle(waiting, extract, stages)
}

async function settle(
  waiting: readonly Outcome<PreparedImage>[],
  extract: Vision['extract'],
  stages: readonly string[],
): Promise<readonly Outcome<ImageFeatures>[]> {
  const whole = waiting.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
  const features = whole.length === 0 ? [] : await extract(whole, stages)
  let next = 0
  return waiting.map((outcome) => (outcome.ok ? { ...outcome, value: features[next++]! } : outcome))
}
