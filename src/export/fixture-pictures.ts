/**
 * Pictures that tell a right way through a model from the usual wrong ones: channels exchanged, another range, a shifted or unsmoothed
 * resize, padding left out; and such as lie just below and just above the threshold.
 */
import type { Image, Size } from '../image/image.ts'
import { createRandom, type Random } from '../math/random.ts'

export interface FixturePicture {
  readonly name: string
  readonly why: string
  readonly image: Image
  /** How often the image is repeated downwards and across: large pictures in small files. */
  readonly repeat: readonly [number, number]
}

/** The picture that is fed. */
export function repeated({ image, repeat: [down, across] }: Pick<FixturePicture, 'image' | 'repeat'>): Image {
  if (down === 1 && across === 1) return image
  const { width, height, data } = image
  const line = 3 * width
  const whole = new Uint8Array(line * across * height * down)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < across; x++) {
      whole.set(data.subarray(y * line, (y + 1) * line), (y * across + x) * line)
    }
  }
  const tile = line * across * height
  for (let y = 1; y < down; y++) whole.copyWithin(y * tile, 0, tile)
  return { width: width * across, height: height * down, data: whole }
}

/** Values as a model takes them: all of them, or of grey pictures one a pixel. */
export const fed = ({ data }: Image, channels: number): Uint8Array =>
  channels === 3 ? data : data.filter((_, i) => i % 3 === 0)

/** @param size - The only size that the model takes; null for one that takes any. */
export function fixturePictures(size: Size | null): readonly FixturePicture[] {
  const plain: Size = size ?? { width: 320, height: 256 }
  const random = createRandom(20, 'fixtures')
  const once = [1, 1] as const
  const list: FixturePicture[] = [
    { name: 'black', why: 'all sums are 0', image: filled(plain, 0), repeat: once },
    { name: 'white', why: 'all sums are largest', image: filled(plain, 255), repeat: once },
    { name: 'grey', why: 'channels are equal', image: grey(scene(plain, random)), repeat: once },
    {
      name: 'colour',
      why: 'channels differ: exchanged ones are found',
      image: scene(plain, random),
      repeat: once,
    },
    {
      name: 'stripes',
      why: 'finer than the resized picture: a resize without smoothing is found',
      image: stripes(plain),
      repeat: once,
    },
  ]
  if (size !== null) return list
  return [
    ...list,
    {
      name: 'two-pixels',
      why: 'far smaller than the model',
      image: scene({ width: 2, height: 1 }, random),
      repeat: once,
    },
    {
      name: 'upright',
      why: 'narrow and high: padded at the sides',
      image: scene({ width: 37, height: 211 }, random),
      repeat: once,
    },
    {
      name: 'large',
      why: '4500x2100: read in stretches of many pixels, padded above and below',
      image: scene({ width: 450, height: 210 }, random),
      repeat: [10, 10],
    },
  ]
}

function filled({ width, height }: Size, value: number): Image {
  return { width, height, data: new Uint8Array(3 * width * height).fill(value) }
}

/** Slopes, soft spots and a little noise, other in each channel. */
function scene({ width, height }: Size, random: Random): Image {
  const data = new Uint8Array(3 * width * height)
  const spots = Array.from({ length: 6 }, () => ({
    x: random.uniform() * width,
    y: random.uniform() * height,
    reach: (0.05 + 0.2 * random.uniform()) * Math.max(width, height),
    levels: [0, 1, 2].map(() => 160 * (random.uniform() - 0.5)),
  }))
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++, at++) {
        let level = 60 + (100 * x) / width + 40 * channel - (30 * y) / height + 12 * random.normal()
        for (const { x: left, y: top, reach, levels } of spots) {
          level += levels[channel]! * Math.exp(-((x - left) ** 2 + (y - top) ** 2) / (2 * reach * reach))
        }
        data[at] = Math.min(255, Math.max(0, Math.round(level)))
      }
    }
  }
  return { width, height, data }
}

/** The same in each channel: luminance by ITU-R BT.601; what is grey already stays. */
export function grey({ width, height, data }: Image): Image {
  const level = (at: number): number =>
    Math.round((299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]!) / 1000)
  return { width, height, data: data.map((_, i) => level(i - (i % 3))) }
}

function stripes({ width, height }: Size): Image {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++, at++)
        data[at] = (x + channel) % 3 === 0 || y % 7 === 0 ? 230 : 25
    }
  }
  return { width, height, data }
}

/**
 * The picture with a defect of the given strength: a blot of noise that grows out of nothing.
 *
 * @param strength - 0..1; the score rises with it, more or less.
 */
export function blemished({ width, height, data }: Image, strength: number): Image {
  const random = createRandom(7, 'blemish')
  const changed = data.slice()
  const reach = Math.max(1, 0.12 * Math.min(width, height))
  const [left, top] = [width * 0.55, height * 0.45]
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const near = Math.exp(-((x - left) ** 2 + (y - top) ** 2) / (2 * reach * reach))
      const share = strength * Math.min(1, 2 * near)
      for (let channel = 0; channel < 3; channel++, at++) {
        const noise = 255 * random.uniform()
        changed[at] = Math.round((1 - share) * data[at]! + share * noise)
      }
    }
  }
  return { width, height, data: changed }
}
