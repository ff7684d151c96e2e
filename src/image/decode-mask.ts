/** From a mask file to inside and outside. */
import { decodeSamples, type Samples } from './decode-samples.ts'
import type { Mask } from './image.ts'

/** A lossless mask whose largest sample is at most this holds class numbers (0 = outside), not grey levels. */
const largestClass = 15

/**
 * A pixel is inside where its brightest channel is above half range: above 127 of 255, or 32767 of 65535.
 *
 * Masks stored as class numbers (0 and 1, or one number a defect type) are met too: in a lossless file whose largest
 * sample is at most 15, whatever is not 0 is inside. Lossy files are excepted, where small values are compression noise.
 *
 * @param source - Path of a file, or the bytes of one.
 * @throws {InputError} as `decodeImage`.
 */
export async function decodeMask(source: string | Uint8Array): Promise<Mask> {
  const { width, height, channels, data, format } = await decodeSamples(source)
  const brightest = channels === 1 ? data : brightestChannel(data)
  const threshold = thresholdFor(brightest, format)
  const mask = new Uint8Array(width * height)
  for (let i = 0; i < mask.length; i++) mask[i] = brightest[i]! > threshold ? 1 : 0
  return { width, height, data: mask }
}

function brightestChannel(data: Samples['data']): Samples['data'] {
  const brightest = data.slice(0, data.length / 3)
  for (let i = 0, from = 0; i < brightest.length; i++, from += 3) {
    brightest[i] = Math.max(data[from]!, data[from + 1]!, data[from + 2]!)
  }
  return brightest
}

function thresholdFor(data: Samples['data'], format: Samples['format']): number {
  const half = data instanceof Uint8Array ? 127 : 32767
  if (format === 'JPEG' || format === 'WebP') return half
  let largest = 0
  for (let i = 0; i < data.length && largest <= largestClass; i++) largest = Math.max(largest, data[i]!)
  return largest <= largestClass ? 0 : half
}
