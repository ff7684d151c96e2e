/** Whether a file is drawn, as masks are, or photographed: told from its values, not from its name. */
import { InputError } from '../errors.ts'
import { decodeSamples } from './decode-samples.ts'

/**
 * `mask`: few values in plain areas. `plain`: one value only, such as the mask of a good part. `picture`: anything else.
 * `unreadable`: no image, or a damaged one.
 */
export type MaskLikeness = 'mask' | 'plain' | 'picture' | 'unreadable'

/** Rows looked at: neighbours in a row tell plain areas from grain, and every n-th row is enough for that. */
const mostRows = 256
/** Levels of classes, instances and soft edges that a drawn mask has at most; they hold nearly all of its pixels. */
const mostLevels = 24
const leastCovered = 0.98
/** Neighbours of equal value, in a mask; grain leaves less than half of them equal. */
const leastAlike = 0.9

/** @throws {CancelledError} Never; a file that cannot be decoded is `unreadable`. Cost: decoding, and a pass over 256 rows. */
export async function maskLikeness(path: string): Promise<MaskLikeness> {
  try {
    const { width, height, channels, data } = await decodeSamples(path)
    return likenessOf(data, width, height, channels)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return 'unreadable'
  }
}

/** @param data - [height, width, channels]. */
export function likenessOf(
  data: ArrayLike<number>,
  width: number,
  height: number,
  channels: number,
): Exclude<MaskLikeness, 'unreadable'> {
  const exact = measure(data, width, height, channels, 1)
  if (exact.values === 1) return 'plain'
  if (exact.covered >= leastCovered && exact.alike >= leastAlike) return 'mask'
  // Compression puts noise of a few grey levels around every edge, and within it everything is as plain as before.
  const rough = measure(data, width, height, channels, 32)
  if (rough.values === 1) return exact.values <= 4 ? 'plain' : 'picture'
  return rough.twoMost >= 0.9 && rough.alike >= 0.97 && rough.extremes >= 0.9 ? 'mask' : 'picture'
}

interface Measured {
  readonly values: number
  /** Share of the pixels that the most frequent levels hold. */
  readonly covered: number
  readonly twoMost: number
  /** Share of the pixels of which all channels lie at an end of the range. */
  readonly extremes: number
  /** Share of horizontal neighbours of equal value. */
  readonly alike: number
}

/** @param step - Width of a bin of grey levels, of 256. */
function measure(
  data: ArrayLike<number>,
  width: number,
  height: number,
  channels: number,
  step: number,
): Measured {
  const is16Bit = data instanceof Uint16Array
  const divisor = is16Bit && step > 1 ? step * 257 : step
  const stride = Math.max(1, Math.floor(height / mostRows))
  const counts = new Map<number, number>()
  let alike = 0
  let pairs = 0
  let pixels = 0
  let extremes = 0
  for (let y = 0; y < height; y += stride) {
    let previous = -1
    for (let x = 0, at = y * width * channels; x < width; x++, at += channels) {
      let value = 0
      let isExtreme = true
      for (let c = 0; c < channels; c++) {
        const sample = Math.floor((data[at + c]! + (step > 1 ? divisor / 2 : 0)) / divisor)
        value = value * 65536 + sample
        if (step > 1 && sample !== 0 && sample < Math.floor(256 / step)) isExtreme = false
      }
      if (isExtreme) extremes++
      pixels++
      if (x > 0) {
        pairs++
        if (value === previous) alike++
      }
      previous = value
      if (counts.size < 65_536 || counts.has(value)) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
  }
  const sorted = [...counts.values()].sort((a, b) => b - a)
  const share = (first: number): number =>
    sorted.slice(0, first).reduce((sum, count) => sum + count, 0) / pixels
  return {
    values: counts.size,
    covered: share(mostLevels),
    twoMost: share(2),
    extremes: extremes / pixels,
    alike: pairs === 0 ? 1 : alike / pairs,
  }
}
