/**
 * Local anomaly synthesis on the training images: each gets an anomaly on the object, and goes through the backbone again.
 *
 * Every feature of the deeper stages sees most of the picture, so that a changed spot changes nearly all of them: images with
 * an anomaly are looked at anew, and only the unchanged ones come from the cache.
 */
import type { ImageRef, Vision } from '../../backbone/vision.ts'
import { InputError } from '../../errors.ts'
import type { Mask, PreparedImage } from '../../image/image.ts'
import type { Random } from '../../math/random.ts'
import type { SynthesisOptions } from '../../synthesis/synthesis-options.ts'
import { synthesise } from '../../synthesis/synthesise.ts'
import type { TextureSource } from '../../synthesis/texture-source.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { PatchGrid } from '../patches/embed-patches.ts'
import { type Embedding, embed } from './patch-embedding.ts'

export interface AugmentOptions {
  readonly vision: Vision
  readonly stages: readonly string[]
  readonly embedding: Embedding
  readonly textures: TextureSource
  readonly synthesis: Partial<SynthesisOptions>
  readonly task: Task
}

/** An image to be augmented, and the stream from which its anomaly follows. */
export interface AugmentJob {
  readonly ref: ImageRef
  readonly random: Random
}

export interface Augmented {
  readonly patches: PatchGrid
  /** Where the image was changed, at its size; nowhere where no anomaly met the object. */
  readonly mask: Mask
}

/**
 * @returns One for each job, in order.
 * @throws {InputError} An image or a foreground mask fails; every foreground mask is empty; no texture can be read.
 */
export async function augmentImages(
  jobs: readonly AugmentJob[],
  { vision, stages, embedding, textures, synthesis, task }: AugmentOptions,
): Promise<readonly Augmented[]> {
  const made: { readonly image: PreparedImage; readonly mask: Mask }[] = []
  let at = 0
  const refs = jobs.map(({ ref }) => ref)
  for await (const outcome of vision.images(refs, task)) {
    checkCancelled(task)
    if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
    const { ref, random } = jobs[at++]!
    const image = outcome.value
    const foreground = await vision.foreground(ref, image)
    const synthesis_ = await synthesise({ image, foreground, textures, random, options: synthesis })
    if (synthesis_.ok) made.push(synthesis_)
    else {
      const { width, height } = image
      made.push({ image, mask: { width, height, data: new Uint8Array(width * height) } })
    }
  }
  const features = await vision.extract(
    made.map(({ image }) => image),
    stages,
  )
  return features.map((each, i) => ({ patches: embed(each, embedding), mask: made[i]!.mask }))
}
