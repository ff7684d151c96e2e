/** What one step is fed: crops that follow from seed and step alone. */
import { createRandom } from '../../src/math/random.ts'
import { type CropOptions, drawCrop } from './crops.ts'
import type { DistillOptions } from './options.ts'
import { type Pictures, pickPicture } from './picture-source.ts'

/** uint8 [images, side, side, 3] each. */
export interface Batch {
  readonly teacher: Uint8Array
  readonly student: Uint8Array
}

/** @param step - Counted from 0; those below are for what is measured before. */
export function drawBatch(
  pictures: Pictures,
  { batch, side, seed }: Pick<DistillOptions, 'batch' | 'side' | 'seed'>,
  step: number,
  shown: CropOptions,
): Batch {
  const each = side * side * 3
  const teacher = new Uint8Array(batch * each)
  const student = new Uint8Array(batch * each)
  for (let i = 0; i < batch; i++) {
    const random = createRandom(seed, 'crop', step, i)
    const crop = drawCrop(pickPicture(pictures, random), side, shown, random)
    teacher.set(crop.teacher, i * each)
    student.set(crop.student, i * each)
  }
  return { teacher, student }
}
