/** Whether new images hold values that the model's range cuts off: then the camera is set otherwise than it was for training. */
import { decodeSamples } from '../../image/decode-samples.ts'
import { readPixelHead } from '../../image/pixel-head.ts'
import { depthOf, type PixelReading } from '../../image/pixel-reading.ts'
import { percent } from '../../report/format.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { PredictedImage } from '../../wire/prediction.ts'

/**
 * The white of a range that was read off the training images, none of which held more.
 *
 * @returns null where there is no range, or one that somebody stated: that one is meant to cut off.
 */
export function depthOfCard({ pixels }: ModelCard): number | null {
  if (pixels?.range?.low !== 0) return null
  const { high } = pixels.range
  const bits = depthOf(high)
  return bits !== null && high === 2 ** bits - 1 ? high : null
}

/**
 * @returns Share of the samples above `white`, 0..1; 0 for a file of 8 bits.
 * @throws {InputError} It cannot be decoded.
 * Cost: a file of more than 8 bits is decoded.
 */
export async function shareBeyond(path: string, white: number, { page }: PixelReading = {}): Promise<number> {
  const head = await readPixelHead(path)
  if (head === null || head.bits === 8) return 0
  const { data } = await decodeSamples(path, page === undefined ? {} : { page })
  let beyond = 0
  for (let i = 0; i < data.length; i++) if (data[i]! > white) beyond++
  return beyond / data.length
}

/** @returns null where no image holds more than `white`. */
export function beyondWords(images: readonly PredictedImage[], white: number): string | null {
  const found = images.flatMap((image) =>
    image.ok && image.beyondRange ? [{ path: image.path, share: image.beyondRange }] : [],
  )
  const [most] = found.toSorted((a, b) => b.share - a.share)
  if (most === undefined) return null
  return `${found.length} of ${images.length} images hold values above ${white}, the largest that the camera of the training images writes; they are taken for white (most in ${most.path}: ${percent(most.share)} of it). Is the camera set to another depth or gain?`
}
