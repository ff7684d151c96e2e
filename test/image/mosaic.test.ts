import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { surveyPixels } from '../../src/dataset/survey-pixels.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import { looksLikeMosaic } from '../../src/image/mosaic.ts'
import { createRandom } from '../../src/math/random.ts'
import { quietTask } from '../../src/task.ts'
import { makeTree } from '../dataset/temporary-tree.ts'

const side = 48
type Pixel = (x: number, y: number) => number

/** With the noise of a sensor. */
const picture = (pixel: Pixel, noise = 4, seed = 0): Uint8Array => {
  const random = createRandom(seed, 'mosaic')
  return Uint8Array.from({ length: side * side }, (_, i) =>
    Math.min(255, Math.max(0, pixel(i % side, Math.floor(i / side)) + noise * random.normal())),
  )
}
/** A part before a background, in three colours. */
const scene = (x: number, y: number): readonly [number, number, number] =>
  Math.hypot(x - 24, y - 20) < 13 ? [150, 110, 60 + x / 2] : [60, 95, 80]
const patterns = { RGGB: [0, 1, 1, 2], BGGR: [2, 1, 1, 0], GRBG: [1, 0, 2, 1], GBRG: [1, 2, 0, 1] } as const
const mosaic =
  (pattern: keyof typeof patterns): Pixel =>
  (x, y) =>
    scene(x, y)[patterns[pattern][2 * (y & 1) + (x & 1)]!]!

it.each(Object.keys(patterns) as (keyof typeof patterns)[])('tells a mosaic %s', (pattern) => {
  expect(looksLikeMosaic(picture(mosaic(pattern)), side, side)).toBe(true)
})

it.each<[string, Pixel, number?]>([
  ['the same scene in grey', (x, y) => scene(x, y)[1]],
  ['nothing but noise', () => 128, 40],
  ['one colour', () => 90, 0],
  ['lines of an interlaced video', (x, y) => scene(x, y)[1] + 30 * (y & 1)],
  ['columns of two gains', (x, y) => scene(x, y)[1] + 30 * (x & 1)],
  ['a weave of threads five pixels wide', (x, y) => 100 + 60 * (Math.floor(x / 5 + y / 5) & 1)],
])('takes %s for a photograph', (_, pixel, noise) => {
  expect(looksLikeMosaic(picture(pixel, noise), side, side)).toBe(false)
})

it('is a warning of the dataset, which says what to do', async () => {
  const files: Record<string, Uint8Array> = {}
  for (let i = 0; i < 4; i++)
    files[join('good', `${i}.png`)] = await encodePng({
      width: side,
      height: side,
      data: picture(mosaic('RGGB'), 4, i),
    })
  const { samples } = await openDataset(makeTree(files))
  const { leftOut } = await surveyPixels(samples, { range: null, page: null }, quietTask)
  expect(leftOut).toMatchObject([{ severity: 'warning', count: 4, share: 1 }])
  expect(leftOut[0]!.reason).toMatch(/Bayer mosaics .* develop them to colour/)
})
