/**
 * Batches of whole images, as the reference has them: each image's patches, all of them, unchanged and with an anomaly made for
 * this step.
 *
 * Kept of the reference: an epoch goes through the images in an order drawn anew and ends with the batch that brings it beyond a
 * number of images. Mended: the last batch of an epoch that would not be full is filled with the images that began the epoch.
 */
import type { ImageRef } from '../../backbone/vision.ts'
import { InputError, StatisticalError } from '../../errors.ts'
import { type TensorData, tensor } from '../../graph/index.ts'
import { fillNormal } from '../../math/fill-normal.ts'
import { decodeFloat16, encodeFloat16 } from '../../math/float16.ts'
import type { Random } from '../../math/random.ts'
import { present } from '../../present.ts'
import { poolMask } from '../../synthesis/pool-mask.ts'
import { checkCancelled } from '../../task.ts'
import { type AugmentOptions, augmentImages } from './augment-images.ts'
import type { Batch, BatchSource } from './batch-source.ts'
import { embed } from './patch-embedding.ts'

export interface ImageBatchOptions extends AugmentOptions {
  /** Images a step. */
  readonly images: number
  /** Images after which an epoch ends, at the next full batch. */
  readonly epochImages: number
  /** Standard deviation of the noise. */
  readonly noise: number
}

/** Bytes of patches kept in memory, at half precision; what goes beyond is read from the cache of features again. */
const keptBytes = 2 ** 30

/**
 * @throws {StatisticalError} There is no image. @throws {InputError} One fails.
 */
export async function imageBatches(
  refs: readonly ImageRef[],
  options: ImageBatchOptions,
  random: Random,
): Promise<BatchSource> {
  const { vision, stages, embedding, noise, task } = options
  if (refs.length === 0) throw new StatisticalError('GLASS: no nominal image to learn from')
  const kept = new Map<ImageRef, Uint16Array>()
  let bytesLeft = keptBytes
  let sums: Float64Array | undefined
  let [dims, grid] = [0, { rows: 0, cols: 0 }]
  for await (const outcome of vision.features(refs, stages, task)) {
    checkCancelled(task)
    if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
    const patches = embed(outcome.value, embedding)
    ;({ dims, grid } = patches)
    sums ??= new Float64Array(patches.data.length)
    for (let i = 0; i < sums.length; i++) sums[i]! += patches.data[i]!
    bytesLeft -= 2 * patches.data.length
    if (bytesLeft >= 0) kept.set(refs[kept.size]!, encodeFloat16(patches.data))
  }

  const images = Math.min(options.images, refs.length)
  const cells = grid.rows * grid.cols
  const rows = images * cells
  const zeros = (width: number) => tensor(new Float32Array(rows * width), [rows, width])
  const batch: Batch = { nominal: zeros(dims), augmented: zeros(dims), mask: zeros(1), noise: zeros(dims) }
  const put = (to: TensorData, image: number, data: Float32Array | Uint8Array) =>
    (to.data as Float32Array).set(data, (image * to.data.length) / images)

  /** Patches of the unchanged images, in order. */
  async function* nominalOf(chosen: readonly ImageRef[]): AsyncGenerator<Float32Array> {
    const missing = chosen.filter((ref) => !kept.has(ref))
    const read = vision.features(missing, stages, task)[Symbol.asyncIterator]()
    for (const ref of chosen) {
      const held = kept.get(ref)
      if (held !== undefined) {
        yield decodeFloat16(held)
        continue
      }
      const { value: outcome } = await read.next()
      if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
      yield roundAsKept(embed(outcome.value, embedding).data)
    }
  }
  const epochSteps = stepsOf(refs.length, images, options.epochImages)
  let order: readonly ImageRef[] = refs
  return {
    dims,
    rows,
    augmentedRows: rows,
    mean: Float32Array.from(present(sums, 'sums of at least one image'), (sum) => sum / refs.length),
    epochSteps,
    async startEpoch(epoch) {
      order = random.fork('order', epoch).shuffleInPlace([...refs])
    },
    async draw(step) {
      const stream = random.fork('step', step)
      const first = (step % epochSteps) * images
      const chosen = Array.from({ length: images }, (_, i) => order[(first + i) % order.length]!)
      let image = 0
      for await (const data of nominalOf(chosen)) put(batch.nominal, image++, data)
      const jobs = chosen.map((ref, i) => ({ ref, random: stream.fork('image', i) }))
      for (const [i, { patches, mask }] of (await augmentImages(jobs, options)).entries()) {
        put(batch.augmented, i, patches.data)
        put(batch.mask, i, poolMask(mask, grid.rows, grid.cols).data)
      }
      fillNormal(batch.noise.data as Float32Array, noise, stream)
      return batch
    },
  }
}

/** Batches until more than `most` images were seen, or all. Source: glass.py, whose loop breaks after that batch. */
export const stepsOf = (images: number, batch: number, most: number): number =>
  Math.min(Math.ceil(images / batch), Math.floor(most / batch) + 1)

/** What is read again must be what was kept. */
const roundAsKept = (data: Float32Array): Float32Array => decodeFloat16(encodeFloat16(data))
