import { describe, expect, it } from 'vitest'
import type { Image } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  equaliseLevels,
  stretchLevels,
  toGrey,
} from '../../src/synthesis/adjust-colour.ts'
import { augmentTexture } from '../../src/synthesis/augment-texture.ts'
import { flip, mirror, turn } from '../../src/synthesis/turn-image.ts'
import fc from '../fast-check.ts'
import { randomImage } from './random-image.ts'

const row = (...pixels: readonly (readonly [number, number, number])[]): Image => ({
  width: pixels.length,
  height: 1,
  data: Uint8Array.from(pixels.flat()),
})
const greys = (...levels: readonly number[]): Image =>
  row(...levels.map((level) => [level, level, level] as const))
const reds = ({ data }: Image): number[] => [...data].filter((_, i) => i % 3 === 0)

describe('colour, worked out by hand after Pillow', () => {
  it('brightness multiplies and cuts off below the point', () => {
    expect(reds(adjustBrightness(greys(0, 1, 99, 200, 255), 1.2))).toEqual([0, 1, 118, 240, 255])
    expect(reds(adjustBrightness(greys(0, 1, 99, 255), 0.8))).toEqual([0, 0, 79, 204])
  })

  it('contrast goes away from the rounded mean of the luma', () => {
    // mean 50.5 -> 51; 51 + 0.5 (0 - 51) = 25.5, 51 + 0.5 (101 - 51) = 76
    expect(reds(adjustContrast(greys(0, 101), 0.5))).toEqual([25, 76])
    // 51 + 1.2 (0 - 51) = -10.2, 51 + 1.2 (101 - 51) = 111
    expect(reds(adjustContrast(greys(0, 101), 1.2))).toEqual([0, 111])
  })

  it('saturation goes away from the luma of the pixel', () => {
    const red = row([255, 0, 0]) // luma (255 x 19595 + 32768) >> 16 = 76
    expect([...toGrey(red).data]).toEqual([76, 76, 76])
    expect([...adjustSaturation(red, 0.8).data]).toEqual([219, 15, 15])
    expect([...adjustSaturation(red, 1.2).data]).toEqual([255, 0, 0])
  })

  it('hue turns, and leaves grey alone', () => {
    expect([...adjustHue(row([255, 0, 0], [7, 7, 7]), 1 / 3).data]).toEqual([0, 255, 0, 7, 7, 7])
    expect([...adjustHue(row([0, 255, 0]), -1 / 3).data]).toEqual([255, 0, 0])
    // Byte hue 42 of 255 (of yellow), shifted by trunc(-0.2 x 255) = -51 to 247: place 5.81 of 6, magenta's side of red.
    expect([...adjustHue(row([200, 200, 0]), -0.2).data]).toEqual([200, 0, 38])
  })

  it('hue there and back, and no turn at all, come within the coarseness of bytes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: -0.2, max: 0.2, noNaN: true }), (seed, by) => {
        const image = randomImage({ width: 9, height: 4 }, seed)
        for (const same of [adjustHue(image, 0), adjustHue(adjustHue(image, by), -by)]) {
          for (const [i, level] of same.data.entries()) {
            expect(Math.abs(level - image.data[i]!)).toBeLessThanOrEqual(16)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it('stretching and equalising set each channel alone', () => {
    const image = row([50, 7, 255], [100, 7, 0], [150, 7, 128])
    expect([...stretchLevels(image).data]).toEqual([0, 7, 255, 127, 7, 0, 255, 7, 128])
    expect(equaliseLevels(image)).toEqual(image) // fewer than 255 pixels: Pillow's step is 0
    const levels = greys(...Array.from({ length: 1024 }, (_, i) => (i < 512 ? 10 : i < 768 ? 20 : 30)))
    // step = floor((1024 - 256) / 255) = 3; n = 1, 513, 769 below the levels 10, 20, 30
    expect([...new Set(reds(equaliseLevels(levels)))]).toEqual([0, 171, 255])
  })
})

describe('place', () => {
  it('mirrored, flipped, or turned by right angles four times, everything is as it was', () => {
    const side = fc.integer({ min: 1, max: 12 })
    fc.assert(
      fc.property(side, side, fc.nat(), (width, height, seed) => {
        const image = randomImage({ width, height }, seed)
        expect(mirror(mirror(image))).toEqual(image)
        expect(flip(flip(image))).toEqual(image)
        expect(flip(mirror(image))).toEqual(turn(image, 180))
        const square = randomImage({ width, height: width }, seed)
        expect(turn(turn(turn(turn(square, 90), 90), 90), 90)).toEqual(square)
      }),
    )
  })

  it('turns clockwise and is black outside', () => {
    const square = { ...greys(1, 2, 3, 4), width: 2, height: 2 }
    expect(reds(turn(square, 90))).toEqual([3, 1, 4, 2])
    const white = { width: 9, height: 9, data: new Uint8Array(243).fill(255) }
    const turned = reds(turn(white, 45))
    expect([turned[0], turned[8], turned[40], turned[80]]).toEqual([0, 0, 255, 0])
  })
})

describe('augmentTexture', () => {
  const image = randomImage({ width: 24, height: 17 }, 5)

  it('leaves the texture itself alone and keeps its size', () => {
    const before = image.data.slice()
    for (let seed = 0; seed < 60; seed++) {
      const { width, height, data } = augmentTexture(image, 3, createRandom(seed))
      expect([width, height, data.length]).toEqual([24, 17, before.length])
    }
    expect(image.data).toEqual(before)
    expect(augmentTexture(image, 0, createRandom(1))).toBe(image)
  })

  it('follows the stream, and draws from all nine', () => {
    const results = Array.from({ length: 200 }, (_, seed) => {
      const { data } = augmentTexture(image, 1, createRandom(seed))
      expect(augmentTexture(image, 1, createRandom(seed)).data).toEqual(data)
      return Buffer.from(data).toString('base64')
    })
    // Five of the nine have no parameter and give one result each; four give another with every draw.
    const counts = new Map<string, number>()
    for (const result of results) counts.set(result, (counts.get(result) ?? 0) + 1)
    const fixed = [mirror, flip, toGrey, stretchLevels, equaliseLevels].map((change) =>
      Buffer.from(change(image).data).toString('base64'),
    )
    for (const result of fixed) expect(counts.get(result)).toBeGreaterThan(8)
    const varied = results.filter((result) => !fixed.includes(result))
    expect(varied.length).toBeGreaterThan(60)
    expect(new Set(varied).size).toBeGreaterThan(0.9 * varied.length)
  })
})
