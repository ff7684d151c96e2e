/** Pictures just below and just above the threshold: where a small difference between two runtimes would change a verdict. */
import type { Image } from '../image/image.ts'
import { blemished, type FixturePicture } from './fixture-pictures.ts'

const mostSteps = 12
/** So close that a difference matters, and not so close that either verdict is right: shares of the threshold. */
const [closest, farthest] = [0.003, 0.05]
/** One that is farther off is of no use here. */
const outermost = 0.25

/**
 * For each picture one below and one above, made of it by a blemish of the right strength; fewer where no strength gives one.
 *
 * @param scoreOf - Of a picture, raw.
 */
export async function nearThreshold(
  pictures: readonly Image[],
  threshold: number,
  scoreOf: (image: Image) => Promise<number>,
): Promise<readonly FixturePicture[]> {
  const found: FixturePicture[] = []
  for (const [i, picture] of pictures.entries()) {
    for (const side of ['below', 'above'] as const) {
      const image = await searchSide(picture, threshold, side, scoreOf)
      if (image === undefined) continue
      const why = `its score lies just ${side} the threshold`
      found.push({ name: `${side}-${i + 1}`, why, image, repeat: [1, 1] })
    }
  }
  return found
}

/** By halving, for a score between `closest` and `farthest` from the threshold on the wanted side. */
async function searchSide(
  picture: Image,
  threshold: number,
  side: 'below' | 'above',
  scoreOf: (image: Image) => Promise<number>,
): Promise<Image | undefined> {
  const sign = side === 'below' ? -1 : 1
  const aim = threshold * (1 + sign * Math.sqrt(closest * farthest))
  let [low, high] = [0, 1]
  const ends: number[] = []
  let best: { readonly image: Image; readonly distance: number } | undefined
  for (let step = 0; step < mostSteps; step++) {
    const strength = step === 0 ? 0 : step === 1 ? 1 : (low + high) / 2
    const image = strength === 0 ? picture : blemished(picture, strength)
    const score = await scoreOf(image)
    const distance = (sign * (score - threshold)) / threshold
    if (distance >= closest && (best === undefined || distance < best.distance)) best = { image, distance }
    if (best !== undefined && best.distance <= farthest) break
    if (step < 2) ends.push(score)
    if (step === 1 && ends.every((end) => end > aim) === ends.some((end) => end > aim)) break // it never crosses
    if (strength > 0 && strength < 1) {
      if (score < aim) low = strength
      else high = strength
    }
  }
  return best !== undefined && best.distance <= outermost ? best.image : undefined
}
