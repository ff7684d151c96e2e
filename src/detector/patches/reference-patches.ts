/** The patches of the training images one image after the other, where they are few of turned copies as well. */
import { InputError, StatisticalError } from '../../errors.ts'
import { rotatePrepared } from '../../image/rotate-image.ts'
import { checkCancelled } from '../../task.ts'
import type { FitInput } from '../detector.ts'
import { embedPatches, type PatchGrid } from './embed-patches.ts'
import type { PatchSettings } from './patch-settings.ts'

/** Copies of each image, the upright one among them, evenly around the circle. */
export type Rotations = number | 'auto'

/** With fewer images than this `auto` turns them. */
export const fewImages = 17
/** Damm et al. 2024, section 3.1: 0, 45, ..., 315 degrees. */
const copiesOfFew = 8

/**
 * @param title - Of the method, for errors.
 * @throws {StatisticalError} No image. @throws {InputError} An image fails.
 */
export async function* referencePatches(
  title: string,
  { samples, vision, task }: FitInput,
  settings: PatchSettings,
  rotations: Rotations,
): AsyncGenerator<PatchGrid> {
  if (samples.length === 0) throw new StatisticalError(`${title}: no nominal image to learn from`)
  for await (const outcome of vision.features(samples, settings.stages, task)) {
    checkCancelled(task)
    if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
    yield embedPatches(outcome.value, settings)
  }
  const copies = copiesOf(samples.length, rotations)
  if (copies === 1) return
  const progress = task.progress('fit', 'images')
  try {
    let done = 0
    for await (const outcome of vision.images(samples, task)) {
      checkCancelled(task)
      if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
      const upright = outcome.value
      const turned = Array.from({ length: copies - 1 }, (_, i) =>
        rotatePrepared(upright, ((i + 1) * 360) / copies),
      )
      for (const features of await vision.extract(turned, settings.stages)) {
        yield embedPatches(features, settings)
      }
      progress.update(++done, samples.length)
    }
  } finally {
    progress.end()
  }
}

/** How many copies of each of `images` images there are. */
export const copiesOf = (images: number, rotations: Rotations): number =>
  rotations === 'auto' ? (images < fewImages ? copiesOfFew : 1) : rotations
