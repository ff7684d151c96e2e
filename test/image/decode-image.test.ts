import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { decodeImage } from '../../src/image/decode-image.ts'
import { decodeMask } from '../../src/image/decode-mask.ts'
import { encodeJpeg, encodePng, encodeWebp } from '../../src/image/encode-image.ts'
import type { Image } from '../../src/image/image.ts'
import { readImageSize } from '../../src/image/read-image-size.ts'
import fc from '../fast-check.ts'
import { dataDir, describeWith } from '../golden-dir.ts'
import { encodeBmp } from './encode-bmp.ts'

const folder = mkdtempSync(join(tmpdir(), 'decode-'))
afterAll(() => rmSync(folder, { recursive: true }))

function save(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

/** 5 x 3, every channel of every pixel different. */
const picture: Image = {
  width: 5,
  height: 3,
  data: Uint8Array.from({ length: 45 }, (_, i) => (i * 53) % 256),
}
const raw = { width: 5, height: 3, channels: 3 } as const
const rgb = (): Sharp => sharp(picture.data, { raw })
const grey = sharp(
  Uint8Array.from({ length: 15 }, (_, i) => i * 17),
  {
    raw: { width: 5, height: 3, channels: 1 },
  },
).toColourspace('b-w')
const greyAsRgb = Uint8Array.from({ length: 45 }, (_, i) => Math.floor(i / 3) * 17)

describe('decodeImage', () => {
  it('reads what encodePng wrote, for any pixels', async () => {
    const images = fc
      .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
      .chain(({ width, height }) =>
        fc
          .uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height })
          .map((data) => ({ width, height, data })),
      )
    await fc.assert(
      fc.asyncProperty(images, async (image) => {
        expect(await decodeImage(await encodePng(image))).toEqual(image)
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    ['PNG', () => rgb().png()],
    ['PNG with a palette', () => rgb().png({ palette: true })],
    ['TIFF', () => rgb().tiff({ compression: 'none' })],
    ['TIFF, LZW and tiles', () => rgb().tiff({ compression: 'lzw', tile: true })],
    ['WebP, lossless', () => rgb().webp({ lossless: true })],
  ])('reads %s', async (name, encode) => {
    const decoded = await decodeImage(await encode().toBuffer())
    if (name.includes('palette')) expect(worstDifference(decoded, picture)).toBeLessThan(40)
    else expect(decoded).toEqual(picture)
  })

  it.each([
    ['PNG', () => grey.clone().png()],
    ['TIFF', () => grey.clone().tiff({ compression: 'deflate' })],
  ])('repeats grey %s to RGB', async (_, encode) => {
    expect((await decodeImage(await encode().toBuffer())).data).toEqual(greyAsRgb)
  })

  it('reads JPEG to the loss of the format', async () => {
    const smooth = { width: 64, height: 48, data: new Uint8Array(3 * 64 * 48) }
    for (let i = 0; i < smooth.data.length; i++) smooth.data[i] = 40 + (Math.floor(i / 3) % 64) * 2
    expect(worstDifference(await decodeImage(await encodeJpeg(smooth, 95)), smooth)).toBeLessThan(6)
    expect(worstDifference(await decodeImage(await encodeWebp(smooth, 95)), smooth)).toBeLessThan(12)
  })

  it('reads BMP', async () => {
    const pixels = Uint8Array.of(3, 2, 1, 6, 5, 4, 0, 0)
    const bytes = encodeBmp({ width: 2, height: 1, bits: 24, pixels })
    expect(await decodeImage(bytes)).toEqual({ width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) })
    expect(await readImageSize(save('a.bmp', bytes))).toEqual({ width: 2, height: 1 })
  })

  it.each([
    ['rgb16', 3, 'png'],
    ['rgb16', 3, 'tiff'],
    ['grey16', 1, 'png'],
    ['grey16', 1, 'tiff'],
  ] as const)('reduces %s (%i channels, %s) by round(v / 257)', async (space, channels, format) => {
    const samples = Uint16Array.from({ length: 60 }, (_, i) => Math.min(65535, i * 1111 + (i % 7)))
    const bytes = await sharp(samples, { raw: { width: 60 / channels, height: 1, channels } })
      .toColourspace(space)
      .toFormat(format, format === 'tiff' ? { compression: 'lzw' } : {})
      .toBuffer()
    const { data } = await decodeImage(bytes)
    const wanted = Uint8Array.from(samples, (v) => Math.round(v / 257))
    const repeated = Uint8Array.from({ length: 180 }, (_, i) => wanted[Math.floor(i / 3)]!)
    expect(data).toEqual(channels === 3 ? wanted : repeated)
  })

  it('composites transparency over black', async () => {
    const pixels = Uint8Array.of(200, 100, 50, 255, 200, 100, 50, 0, 200, 100, 50, 128)
    const bytes = await sharp(pixels, { raw: { width: 3, height: 1, channels: 4 } })
      .png()
      .toBuffer()
    const { data } = await decodeImage(bytes)
    expect([...data.subarray(0, 6)]).toEqual([200, 100, 50, 0, 0, 0])
    expect(Math.abs(data[6]! - 100)).toBeLessThanOrEqual(1)
  })

  it('composites grey with transparency', async () => {
    const bytes = await sharp(Uint8Array.of(90, 255, 90, 0), { raw: { width: 2, height: 1, channels: 2 } })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    expect([...(await decodeImage(bytes)).data]).toEqual([90, 90, 90, 0, 0, 0])
  })

  it('turns CMYK into RGB', async () => {
    const white = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer()
    const { width, height, data } = await decodeImage(white)
    expect([width, height, data.length]).toEqual([8, 8, 192])
    expect(Math.min(...data)).toBeGreaterThan(245)
  })

  it('turns the picture upright by its EXIF orientation, and its size too', async () => {
    const bytes = await rgb().withMetadata({ orientation: 6 }).png().toBuffer()
    const upright = await decodeImage(bytes)
    expect([upright.width, upright.height]).toEqual([3, 5])
    // Orientation 6: shown after a quarter turn clockwise, so the lower left corner becomes the upper left.
    expect(upright.data.subarray(0, 3)).toEqual(picture.data.subarray(30, 33))
    expect(await readImageSize(save('turned.png', bytes))).toEqual({ width: 3, height: 5 })
  })

  it('takes the first frame of an animation', async () => {
    const frames = Uint8Array.from({ length: 2 * 4 * 4 * 3 }, (_, i) => (i < 48 ? 10 : 240))
    const bytes = await sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } })
      .webp({ lossless: true })
      .toBuffer()
    const { width, height, data } = await decodeImage(bytes)
    expect([width, height, data[0]]).toEqual([4, 4, 10])
  })

  it('reads the file that is there now, not one it saw before', async () => {
    const path = save('replaced.png', await encodePng({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3) }))
    await decodeImage(path)
    save('replaced.png', await encodePng({ width: 1, height: 1, data: Uint8Array.of(7, 8, 9) }))
    expect((await decodeImage(path)).data).toEqual(Uint8Array.of(7, 8, 9))
  })

  it.each([1, 20_000])('reads an image %d pixels wide', async (width) => {
    const image = { width, height: 1, data: new Uint8Array(3 * width).fill(9) }
    const path = save(`wide-${width}.png`, await encodePng(image))
    expect(await decodeImage(path)).toEqual(image)
    expect(await readImageSize(path)).toEqual({ width, height: 1 })
  })
})

describe('bad input', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)('refuses a truncated %s', async (format) => {
    const noise = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * i * 31) % 256)
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .toFormat(format)
      .toBuffer()
    for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      const path = save(`cut.${format}`, whole.subarray(0, Math.floor(share * whole.length)))
      const error = await decodeImage(path).catch((cause) => cause)
      expect(error).toBeInstanceOf(InputError)
      expect(error.message).toMatch(/cut\.\w+: cannot be decoded as \w+: \w/)
    }
  })

  it.each([
    ['', /is empty \(0 bytes\)/],
    ['hello', /is no JPEG, PNG, TIFF, BMP, WebP or PNM image$/],
    ['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', /but text such as SVG or HTML/],
    ['version https://git-lfs.github.com/spec/v1\n', /Git LFS pointer/],
    ['GIF89a....', /but a GIF/],
    ['\x89PNG\r\n\x1a\nrubbish', /cannot be decoded as PNG/],
    ['RIFF....WEBPrubbish', /cannot be decoded as WebP/],
    ['BMrubbish', /cannot be decoded as BMP: the header is truncated/],
  ])('says why %j is no image', async (text, reason) => {
    const path = save('bad.png', Buffer.from(text, 'latin1'))
    await expect(decodeImage(path)).rejects.toThrow(reason)
    await expect(readImageSize(path)).rejects.toThrow(reason)
    await expect(decodeImage(path)).rejects.toMatchObject({ code: 'INPUT', path })
  })

  it('names the path of a missing file and of a folder', async () => {
    await expect(decodeImage(join(folder, 'none.png'))).rejects.toThrow(
      'none.png: cannot be read: no such file',
    )
    await expect(decodeImage(folder)).rejects.toThrow('it is a folder')
    await expect(readImageSize(join(folder, 'none.png'))).rejects.toThrow(InputError)
  })

  it('refuses more than 400 megapixels before it allocates them', async () => {
    const png = Buffer.from(await encodePng(picture))
    png.writeUInt32BE(30_000, 16)
    png.writeUInt32BE(30_000, 20)
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
    await expect(decodeImage(png)).rejects.toThrow('above the limit of 400 megapixels')
  })

  it('survives garbage behind every signature', async () => {
    const heads = ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'II*\0', 'MM\0*', 'RIFF\0\0\0\0WEBP', 'BM']
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 200 }), async (head, rest) => {
        const bytes = Buffer.concat([Buffer.from(head, 'latin1'), rest])
        const outcome = await decodeImage(bytes).catch((error) => error)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(InputError)
        else expect(outcome.data.length).toBe(3 * outcome.width * outcome.height)
      }),
    )
  })

  it('refuses float samples by name', async () => {
    await expect(decodeImage(floatTiff())).rejects.toThrow(
      'holds 32-bit or floating-point samples, here 0.5 to 0.5: say which values are black and white, for all images alike, with --range LOW..HIGH',
    )
  })
})

/** A 1x1 little-endian TIFF with one 32-bit float. */
function floatTiff(): Uint8Array {
  const tags = [
    [256, 3, 1, 1],
    [257, 3, 1, 1],
    [258, 3, 1, 32],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, 8],
    [277, 3, 1, 1],
    [278, 3, 1, 1],
    [279, 4, 1, 4],
    [339, 3, 1, 3],
  ]
  const file = Buffer.alloc(12 + 2 + 12 * tags.length + 4)
  file.write('II*\0', 0, 'latin1')
  file.writeUInt32LE(12, 4)
  file.writeFloatLE(0.5, 8)
  file.writeUInt16LE(tags.length, 12)
  tags.forEach(([tag, type, count, value], i) => {
    const at = 14 + 12 * i
    file.writeUInt16LE(tag!, at)
    file.writeUInt16LE(type!, at + 2)
    file.writeUInt32LE(count!, at + 4)
    file.writeUInt32LE(value!, at + 8)
  })
  return file
}

/** CRC-32 of PNG, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

function worstDifference(a: Image, b: Image): number {
  expect([a.width, a.height]).toEqual([b.width, b.height])
  return Math.max(...a.data.map((value, i) => Math.abs(value - b.data[i]!)))
}

describe('decodeMask', () => {
  const decode = async (data: number[]): Promise<number[]> => [
    ...(await decodeMask(await encodePng({ width: data.length, height: 1, data: Uint8Array.from(data) })))
      .data,
  ]

  it('is inside above half range', async () => {
    expect(await decode([0, 1, 127, 128, 255])).toEqual([0, 0, 0, 1, 1])
    expect(await decode([0, 100])).toEqual([0, 1])
  })

  it('takes small numbers for classes', async () => {
    expect(await decode([0, 1, 1])).toEqual([0, 1, 1])
    expect(await decode([0, 1, 2, 15])).toEqual([0, 1, 1, 1])
    expect(await decode([0, 0, 0])).toEqual([0, 0, 0])
    expect(await decode([0, 1, 16])).toEqual([0, 0, 1])
  })

  it('does the same at 16 bit', async () => {
    const decode16 = async (samples: number[]): Promise<number[]> => {
      const raw16 = { width: samples.length, height: 1, channels: 1 } as const
      const bytes = await sharp(Uint16Array.from(samples), { raw: raw16 })
        .toColourspace('grey16')
        .png()
        .toBuffer()
      return [...(await decodeMask(bytes)).data]
    }
    expect(await decode16([0, 1, 0])).toEqual([0, 1, 0])
    expect(await decode16([0, 32767, 32768, 65535])).toEqual([0, 0, 1, 1])
  })

  it('looks at the brightest channel', async () => {
    const data = Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 90)
    expect([...(await decodeMask(await encodePng({ width: 3, height: 1, data }))).data]).toEqual([1, 0, 1])
  })

  it('does not take the noise of a lossy file for classes', async () => {
    const dark = { width: 16, height: 16, data: new Uint8Array(256).fill(3) }
    expect(Math.max(...(await decodeMask(await encodeJpeg(dark))).data)).toBe(0)
  })
})

describeWith(join(dataDir, 'mtd'), 'real images', () => {
  it('decodes a tile and its mask to the same size', async () => {
    const stem = join(dataDir, 'mtd/MT_Free/Imgs/exp0_num_743')
    const image = await decodeImage(`${stem}.jpg`)
    const mask = await decodeMask(`${stem}.png`)
    expect([image.width, image.height]).toEqual([240, 289])
    expect([mask.width, mask.height]).toEqual([240, 289])
    expect(await readImageSize(`${stem}.jpg`)).toEqual({ width: 240, height: 289 })
  })
})
