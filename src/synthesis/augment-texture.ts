/**
 * Varies a texture, so that a folder of a few thousand gives many more.
 *
 * Source: GLASS (github.com/cqylunlun/GLASS, datasets/mvtec.py: `rand_augmenter`): three of these nine, each at most once,
 * in random order, on the resized texture and before the middle is cut out.
 */
import type { Image } from '../image/image.ts'
import type { Random } from '../math/random.ts'
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  equaliseLevels,
  stretchLevels,
  toGrey,
} from './adjust-colour.ts'
import { flip, mirror, turn } from './turn-image.ts'

type Augmentation = (image: Image, random: Random) => Image

/** Factors are uniform in 0.8..1.2, hue turns in -0.2..0.2 of the circle, turns in -45..45 degrees. */
const augmentations: readonly Augmentation[] = [
  (image, random) => adjustContrast(image, drawFactor(random)),
  (image, random) => adjustBrightness(image, drawFactor(random)),
  jitterColour,
  mirror,
  flip,
  toGrey,
  stretchLevels,
  equaliseLevels,
  (image, random) => turn(image, between(random, -45, 45)),
]

/** @param count - How many augmentations, 0..9. @returns The same image when 0, else a new one of the same size. */
export function augmentTexture(image: Image, count: number, random: Random): Image {
  const order = random.shuffleInPlace([...augmentations])
  return order.slice(0, count).reduce((texture, augment) => augment(texture, random), image)
}

/** Saturation and hue, in random order. */
function jitterColour(image: Image, random: Random): Image {
  const factor = drawFactor(random)
  const hueTurn = between(random, -0.2, 0.2)
  return random.uniform() < 0.5
    ? adjustHue(adjustSaturation(image, factor), hueTurn)
    : adjustSaturation(adjustHue(image, hueTurn), factor)
}

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.uniform()
const drawFactor = (random: Random): number => between(random, 0.8, 1.2)
