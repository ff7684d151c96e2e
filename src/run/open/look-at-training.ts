/** The pictures that a model learnt from, looked at once more for its folder: what they are like, and some of them to keep. */
import type { Sample } from '../../dataset/sample.ts'
import { type Fixture, mostFixtureBytes, mostFixtures } from '../../detector/model-fixtures.ts'
import { type ImageMeasures, measureImage } from '../../drift/measure-image.ts'
import { referenceOf } from '../../drift/reference.ts'
import { InputError } from '../../errors.ts'
import { decodeImage } from '../../image/decode-image.ts'
import { encodePng } from '../../image/encode-image.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'
import type { Reference } from '../../wire/reference.ts'

export interface TrainingLook {
  readonly reference: Reference | null
  readonly fixtures: readonly Fixture[]
}

export interface TrainingLooker {
  /** @throws {CancelledError} */
  look(samples: readonly Sample[]): Promise<TrainingLook>
}

/** More pictures tell hardly more. */
const mostMeasured = 256

/**
 * Looks for one model or several that share pictures: each is measured and encoded once.
 *
 * @param wantsFixtures - False keeps no pictures.
 * Cost: decoding of up to 256 images, and encoding of up to 64, for each model.
 */
export function createTrainingLooker(wantsFixtures: boolean, threads: number, task: Task): TrainingLooker {
  const measured = new Map<string, ImageMeasures | null>()
  const encoded = new Map<string, Uint8Array | null>()

  const look = async (sample: Sample, isKept: boolean): Promise<void> => {
    const { id, path, reading } = sample
    if (measured.has(id) && (!isKept || encoded.has(id))) return
    checkCancelled(task)
    try {
      const image = await decodeImage(path, reading)
      measured.set(id, measureImage(image))
      if (isKept) encoded.set(id, await encodePng(image))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      measured.set(id, null) // gone since it was learnt from: there are others
      encoded.set(id, null)
    }
  }

  return {
    async look(samples) {
      const chosen = spread(samples, mostMeasured)
      const kept = wantsFixtures ? new Set(spread(chosen, mostFixtures)) : new Set<Sample>()
      const progress = task.progress('look at training images', 'images')
      let done = 0
      try {
        for await (const _ of mapConcurrent(chosen, 2 * threads, (sample) => look(sample, kept.has(sample))))
          progress.update(++done, chosen.length)
      } finally {
        progress.end()
      }
      const all = chosen.flatMap(({ id }) => measured.get(id) ?? [])
      return { reference: referenceOf(all), fixtures: withinBytes([...kept], encoded, task) }
    },
  }
}

/** Evenly spaced, in their order. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!)
}

/** As many as fit: of large pictures, every second, every third. */
function withinBytes(
  kept: readonly Sample[],
  encoded: ReadonlyMap<string, Uint8Array | null>,
  task: Task,
): readonly Fixture[] {
  const all = kept.flatMap(({ id }): Fixture[] => {
    const png = encoded.get(id)
    return png ? [{ image: id, png }] : []
  })
  const bytes = all.reduce((sum, { png }) => sum + png.length, 0)
  if (bytes <= mostFixtureBytes) return all
  let count = Math.floor((all.length * mostFixtureBytes) / bytes)
  const sizeOf = (some: readonly Fixture[]): number => some.reduce((sum, { png }) => sum + png.length, 0)
  while (count > 1 && sizeOf(spread(all, count)) > mostFixtureBytes) count--
  const fitting = spread(all, Math.max(1, count))
  task.note(
    `kept ${fitting.length} of ${all.length} training images in the model: they are large, and the folder keeps ${mostFixtureBytes >> 20} MiB of them`,
  )
  return fitting
}
