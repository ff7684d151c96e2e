/** What a mask means: classes, palettes, transparency, soft edges, compression, and what is no mask. */
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeMask, inspectMask } from '../../src/image/decode-mask.ts'
import { turnUpright } from '../../src/image/orientation.ts'
import { encodeTiff } from './encode-tiff.ts'

const side = 40
const at = (x: number, y: number, width: number, height: number) => (i: number) =>
  i % side >= x && i % side < x + width && Math.floor(i / side) >= y && Math.floor(i / side) < y + height
/** Two defects: a square of 100 pixels, and one of 64. */
const first = at(5, 5, 10, 10)
const second = at(25, 22, 8, 8)
const both = 164
type Paint = readonly number[]

/** A drawing: background, first and second defect, in as many channels as their colours have. */
const image = (background: Paint, one: Paint, two: Paint) => {
  const data = new Uint8Array(side * side * background.length)
  for (let i = 0; i < side * side; i++)
    data.set(first(i) ? one : second(i) ? two : background, i * background.length)
  const made = sharp(data, { raw: { width: side, height: side, channels: background.length as 1 | 3 | 4 } })
  return background.length === 1 ? made.toColourspace('b-w') : made
}
const sumOf = (data: Uint8Array): number => data.reduce((sum, bit) => sum + bit, 0)
const inside = async (bytes: Uint8Array): Promise<number> =>
  (await decodeMask(bytes)).data.reduce((sum, bit) => sum + bit, 0)

describe('everything that is not background is defect', () => {
  it.each<[string, Paint, Paint, Paint]>([
    ['white on black', [0], [255], [255]],
    ['class numbers', [0], [1], [2]],
    ['class numbers above 15', [0], [20], [200]],
    ['numbers of objects', [0], [20], [30]],
    ['levels of four classes', [0], [255], [64]],
    ['colours of CVAT', [0, 0, 0], [176, 112, 32], [48, 112, 32]],
    ['colours of VOC', [0, 0, 0], [128, 0, 0], [64, 0, 0]],
    ['only dark colours', [0, 0, 0], [48, 112, 32], [48, 112, 32]],
    ['colours on white', [255, 255, 255], [255, 0, 0], [0, 0, 255]],
    ['grey on white', [255], [60], [128]],
    ['black paint on nothing', [0, 0, 0, 0], [0, 0, 0, 255], [0, 0, 0, 255]],
    ['half transparent paint', [0, 0, 0, 0], [255, 0, 0, 127], [255, 0, 0, 127]],
    ['paint of two strengths', [0, 0, 0, 0], [255, 0, 0, 127], [0, 255, 0, 255]],
    ['opaque colours with alpha', [0, 0, 0, 255], [9, 0, 0, 255], [200, 0, 0, 255]],
  ])('%s', async (_, background, one, two) => {
    expect(await inside(await image(background, one, two).png().toBuffer())).toBe(both)
  })

  it.each([
    [0, 0, 0],
    [255, 255, 255],
  ])('palettes whose background is %i %i %i', async (...background) => {
    const bytes = await image(background, [200, 30, 30], [30, 30, 200])
      .png({ palette: true, effort: 1 })
      .toBuffer()
    expect(bytes[25]).toBe(3) // indexed
    expect(await inside(bytes)).toBe(both)
  })

  it('16 bits, and floating point', async () => {
    const values = Uint16Array.from({ length: side * side }, (_, i) => (first(i) ? 1001 : second(i) ? 7 : 0))
    expect(await inside(encodeTiff({ width: side, height: side, pages: [values] }))).toBe(both)
    const shares = Float32Array.from(values, (value) => (value > 0 ? 1 : 0))
    expect(await inside(encodeTiff({ width: side, height: side, pages: [shares] }))).toBe(both)
  })

  it('backgrounds that are named', async () => {
    const bytes = await image([10, 20, 30], [0, 0, 0], [255, 255, 255]).png().toBuffer()
    const { data } = await decodeMask(bytes, { background: [0x0a141e, 0xffffff] })
    expect(data.reduce((sum, bit) => sum + bit, 0)).toBe(100)
  })
})

it('tells how many levels there are, what is outside, and how much is covered', async () => {
  expect(await inspectMask(await image([0], [20], [200]).png().toBuffer())).toMatchObject({
    background: 0,
    levels: 2,
    covered: both / side ** 2,
    coveredEdge: 0,
  })
  expect(
    await inspectMask(await image([0, 0, 0, 0], [9, 0, 0, 255], [9, 0, 0, 255]).png().toBuffer()),
  ).toMatchObject({
    background: 'transparent',
    levels: 1,
  })
  const reversed = await image([255], [0], [0]).png().toBuffer()
  expect(await inspectMask(reversed)).toMatchObject({ coveredEdge: 1 })
  expect((await inspectMask(reversed, { background: 'border' })).covered).toBeCloseTo(both / side ** 2, 9)
})

describe('soft edges', () => {
  /** A disc drawn eight times as large and brought down: every value between occurs at its edge. */
  const soft = (level: number) => {
    const large = 8 * side
    const data = Uint8Array.from({ length: large * large }, (_, i) =>
      Math.hypot((i % large) - 160, Math.floor(i / large) - 160) < 83 ? level : 0,
    )
    return sharp(data, { raw: { width: large, height: large, channels: 1 } })
      .resize(side, side, { kernel: 'linear' })
      .toColourspace('b-w')
  }

  it.each([255, 128, 40])('keep half of a level of %i', async (level) => {
    const bytes = await soft(level).png().toBuffer()
    const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    const channels = data.length / side ** 2
    const expected = Array.from({ length: side ** 2 }, (_, i) => (2 * data[i * channels]! > level ? 1 : 0))
    expect([...(await decodeMask(bytes)).data]).toEqual(expected)
  })

  it('do not hide a class beside them', async () => {
    const bytes = await sharp(await soft(255).png().toBuffer())
      .composite([
        {
          input: await sharp({ create: { width: 6, height: 6, channels: 3, background: '#404040' } })
            .png()
            .toBuffer(),
          left: 1,
          top: 1,
        },
      ])
      .toColourspace('b-w')
      .png()
      .toBuffer()
    const mask = await decodeMask(bytes)
    expect(mask.data[3 * side + 3]).toBe(1)
    const disc = (await decodeMask(await soft(255).png().toBuffer())).data
    // A few pixels at the edge of the disc have the very value of the class.
    const more = sumOf(mask.data) - sumOf(disc) - 36
    expect(more).toBeGreaterThanOrEqual(0)
    expect(more).toBeLessThanOrEqual(4)
  })
})

describe('JPEG', () => {
  it.each([95, 75, 50])('is cleaned at quality %i', async (quality) => {
    const bytes = await image([0], [255], [255]).jpeg({ quality }).toBuffer()
    expect(Math.abs((await inside(bytes)) - both)).toBeLessThanOrEqual(4)
  })

  it('is cleaned in a lossless copy too', async () => {
    const bytes = await sharp(await image([0], [255], [255]).jpeg({ quality: 60 }).toBuffer())
      .png()
      .toBuffer()
    expect(Math.abs((await inside(bytes)) - both)).toBeLessThanOrEqual(4)
  })

  it('keeps a darker class', async () => {
    const bytes = await image([0], [255], [90]).jpeg({ quality: 90 }).toBuffer()
    const { data } = await decodeMask(bytes)
    expect(data[26 * side + 29]).toBe(1)
  })
})

it('refuses a photograph and a heat map', async () => {
  const wave = Uint8Array.from(
    { length: side * side },
    (_, i) => 128 + 100 * Math.sin(i / 7) * Math.cos(i / 90),
  )
  const photograph = sharp(wave, { raw: { width: side, height: side, channels: 1 } })
  await expect(decodeMask(await photograph.clone().png().toBuffer())).rejects.toThrow('is no mask: it holds')
  await expect(decodeMask(await photograph.jpeg({ quality: 95 }).toBuffer())).rejects.toThrow('is no mask')
})

it.each([2, 3, 4, 5, 6, 7, 8])(
  'turns a mask as libvips turns a picture of EXIF orientation %i',
  async (orientation) => {
    const bits = Uint8Array.from({ length: 12 }, (_, i) => ((i * 7) % 5 > 2 ? 1 : 0))
    const raw = { width: 4, height: 3, channels: 1 as const }
    const tagged = await sharp(
      bits.map((bit) => 255 * bit),
      { raw },
    )
      .toColourspace('b-w')
      .withMetadata({ orientation })
      .png()
      .toBuffer()
    const { data, info } = await sharp(tagged)
      .autoOrient()
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const turned = turnUpright({ width: 4, height: 3, data: bits }, orientation)
    expect([turned.width, turned.height]).toEqual([info.width, info.height])
    expect([...turned.data]).toEqual([...data].map((value) => value / 255))
  },
)
