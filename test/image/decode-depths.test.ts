/** Pixels as cameras and instruments write them: depth, bands, pages, anymaps, and what cannot be read, with words that help. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeImage } from '../../src/image/decode-image.ts'
import { isImageName } from '../../src/image/image-format.ts'
import { readPixelHead } from '../../src/image/pixel-head.ts'
import { depthOf, to8Bit } from '../../src/image/pixel-reading.ts'
import { readImageSize } from '../../src/image/read-image-size.ts'
import { encodeTiff } from './encode-tiff.ts'

const folder = mkdtempSync(join(tmpdir(), 'depths-'))
afterAll(() => rmSync(folder, { recursive: true }))
const save = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}
const size = { width: 2, height: 2 }
/** The red channel of every pixel. */
const reds = async (...args: Parameters<typeof decodeImage>): Promise<number[]> =>
  [...(await decodeImage(...args)).data].filter((_, i) => i % 3 === 0)

describe('to8Bit', () => {
  it('is round(v / 257) over the whole of 16 bits, for every value', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, value) => value)
    const bytes = to8Bit(all, { low: 0, high: 65535 })
    expect(all.every((value) => bytes[value] === Math.round(value / 257))).toBe(true)
  })

  it('clips at both ends of a range, and takes NaN for black', () => {
    expect([...to8Bit(Uint16Array.of(0, 100, 2148, 4095, 4096, 65535), { low: 100, high: 4095 })]).toEqual([
      0, 0, 131, 255, 255, 255,
    ])
    expect([...to8Bit(Float64Array.of(-1, 0, 0.5, 1, 2, Number.NaN), { low: 0, high: 1 })]).toEqual([
      0, 0, 128, 255, 255, 0,
    ])
  })

  it.each([
    [255, 8],
    [256, 10],
    [1023, 10],
    [1024, 12],
    [4095, 12],
    [16383, 14],
    [16384, null],
    [65535, null],
  ])('takes a largest value of %i for a depth of %s', (largest, depth) => {
    expect(depthOf(largest)).toBe(depth)
  })
})

describe('TIFF', () => {
  it('leaves out bands that are no alpha, at 8 and 16 bits', async () => {
    const grey = Uint8Array.of(10, 0, 20, 255, 30, 0, 40, 7)
    expect(await reds(encodeTiff({ ...size, pages: [grey] }))).toEqual([10, 20, 30, 40])
    const deep = Uint16Array.from(grey, (value) => value * 257)
    expect(await reds(encodeTiff({ ...size, pages: [deep] }))).toEqual([10, 20, 30, 40])
    const five = Uint8Array.from({ length: 20 }, (_, i) => i)
    const rgb = await decodeImage(encodeTiff({ ...size, pages: [five], photometric: 2 }))
    expect([...rgb.data]).toEqual([0, 1, 2, 5, 6, 7, 10, 11, 12, 15, 16, 17])
    expect(await reds(encodeTiff({ ...size, pages: [five] }))).toEqual([0, 5, 10, 15])
  })

  it('composites a band that is alpha over black', async () => {
    const grey = Uint8Array.of(10, 0, 20, 255, 30, 0, 40, 255)
    expect(await reds(encodeTiff({ ...size, pages: [grey], extra: 2 }))).toEqual([0, 20, 0, 40])
  })

  it('reads the page that is asked for', async () => {
    const pages = [3, 9].map((value) => new Uint8Array(4).fill(value))
    const bytes = encodeTiff({ ...size, pages })
    expect(await reds(bytes)).toEqual([3, 3, 3, 3])
    expect(await reds(bytes, { page: 2 })).toEqual([9, 9, 9, 9])
    await expect(decodeImage(bytes, { page: 3 })).rejects.toThrow('page 3 was asked for, it has only 2')
  })

  it.each([
    ['float', Float32Array.of(-1, 0, 0.5, 2), { low: -1, high: 2 }, [0, 85, 128, 255]],
    [
      'unsigned 32 bit',
      Uint32Array.of(0, 70_000, 105_200, 210_000),
      { low: 0, high: 210_000 },
      [0, 85, 128, 255],
    ],
  ])('reads %s samples with a stated range, and asks for it', async (_, page, range, expected) => {
    const bytes = encodeTiff({ ...size, pages: [page] })
    expect(await reds(bytes, { range })).toEqual(expected)
    await expect(decodeImage(bytes)).rejects.toThrow(/here .* to .*with --range LOW\.\.HIGH/)
  })

  it('reads float colours', async () => {
    const page = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255)
    const { data } = await decodeImage(encodeTiff({ ...size, pages: [page], photometric: 2 }), {
      range: { low: 0, high: 255 },
    })
    expect([...data]).toEqual([...page])
  })

  it.each([
    ['a Bayer mosaic', { pages: [new Uint8Array(4)], photometric: 32803 }, 'a Bayer mosaic'],
    ['packed 12 bits', { pages: [new Uint8Array(4)], bits: 12 }, 'packed samples of 12 bits'],
    ['signed samples', { pages: [new Int16Array(4)] }, 'signed samples of 16 bits'],
    ['double', { pages: [new Float64Array(4)] }, 'floating-point samples of 64 bits'],
  ])('refuses %s with words that help', async (_, plan, words) => {
    await expect(decodeImage(encodeTiff({ ...size, ...plan }))).rejects.toThrow(words)
  })
})

describe('PNM', () => {
  const text = (...parts: (string | Uint8Array)[]): Uint8Array =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))

  it.each<[string, Uint8Array, number[]]>([
    ['PBM as text', text('P1\n# a comment\n2 2\n1 0\n0 1\n'), [0, 255, 255, 0]],
    ['PBM as text without blanks', text('P1 2 2\n1001'), [0, 255, 255, 0]],
    ['PGM as text', text('P2\n2 2 # size\n15\n0 5 10 15\n'), [0, 85, 170, 255]],
    ['PPM as text', text('P3 2 2 255 1 2 3 4 5 6 7 8 9 10 11 12'), [1, 4, 7, 10]],
    ['PBM', text('P4\n2 2\n', Uint8Array.of(0b10000000, 0b01000000)), [0, 255, 255, 0]],
    ['PGM', text('P5\n2 2\n255\n', Uint8Array.of(35, 10, 13, 255)), [35, 10, 13, 255]],
    [
      'PPM',
      text(
        'P6 2 2 255\n',
        Uint8Array.from({ length: 12 }, (_, i) => i),
      ),
      [0, 3, 6, 9],
    ],
    [
      'PGM of 16 bits',
      text('P5 2 2 65535\n', Uint8Array.of(0, 0, 1, 1, 127, 255, 255, 255)),
      [0, 1, 127, 255],
    ],
    [
      'PAM with alpha',
      text(
        'P7\nWIDTH 2\nHEIGHT 2\nDEPTH 2\nMAXVAL 255\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n',
        Uint8Array.of(1, 9, 2, 9, 3, 9, 4, 9),
      ),
      [1, 2, 3, 4],
    ],
  ])('reads %s', async (_, bytes, expected) => {
    expect(await reds(bytes)).toEqual(expected)
    expect(await readImageSize(save('some.pnm', bytes))).toEqual(size)
  })

  it('reads 12 bits by a range', async () => {
    const bytes = text('P5 2 2 4095\n', Uint8Array.of(0, 0, 8, 0, 12, 0, 15, 255))
    expect(await reds(bytes, { range: { low: 0, high: 4095 } })).toEqual([0, 128, 191, 255])
    expect(await readPixelHead(save('mono12.pgm', bytes))).toMatchObject({ bits: 16, largest: 4095 })
  })

  it.each([
    ['P5\n2 2\n255\nabc', 'truncated (3 of 4 samples)'],
    ['P5\n2\n', 'no height'],
    ['P5\n0 2\n255\n', 'its size is 0x2'],
    ['P5\n100000 100000\n255\n', 'above the limit of 400 megapixels (100000x100000): cut it into tiles'],
    ['P5\n2048 900000\n255\n', 'a strip of a line-scan camera is to be cut into frames'],
  ])('refuses %j', async (bytes, words) => {
    await expect(decodeImage(text(bytes))).rejects.toThrow(words)
  })
})

it.each([
  ['JPEG 2000', Buffer.from('0000000c6a5020200d0a870a', 'hex'), 'JPEG 2000: convert it without loss'],
  ['a JPEG 2000 codestream', Buffer.from('ff4fff51002f', 'hex'), 'JPEG 2000: convert it without loss'],
  ['HEIC', Buffer.from('00000018667479706865696300000000', 'hex'), 'convert pictures to JPEG or PNG'],
])('says that %s is not read, and the way out', async (_, bytes, words) => {
  await expect(decodeImage(bytes)).rejects.toThrow(words)
})

it('says of pixels without a header that nobody can know their size', async () => {
  const path = save('frame.raw', new Uint8Array(64 * 64).fill(77))
  await expect(decodeImage(path)).rejects.toThrow('pixels without a header')
})

it.each(['a.jfif', 'a.JPE', 'a.pgm', 'a.PPM', 'a.dib', 'a.jp2', 'a.heic', 'a.raw'])(
  'takes %s for a picture by its ending, so that it is never passed over',
  (name) => {
    expect(isImageName(name)).toBe(true)
  },
)

describe('readPixelHead', () => {
  it('tells depth, pages and bands without decoding', async () => {
    const grey16 = await sharp(Uint16Array.of(1, 2, 3, 4), { raw: { ...size, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    const head = (name: string, bytes: Uint8Array) => readPixelHead(save(name, bytes))
    expect(await head('16.png', grey16)).toMatchObject({ format: 'PNG', bits: 16, pages: 1 })
    expect(await head('8.png', await sharp(grey16).toColourspace('b-w').png().toBuffer())).toMatchObject({
      bits: 8,
    })
    const page = new Uint8Array(8)
    expect(await head('b.tif', encodeTiff({ ...size, pages: [page, page, page] }))).toEqual({
      format: 'TIFF',
      bits: 8,
      pages: 3,
      furtherBands: 1,
      largest: null,
      isPlainGrey: false,
    })
    expect(await head('a.tif', encodeTiff({ ...size, pages: [page], extra: 2 }))).toMatchObject({
      furtherBands: 0,
    })
    expect(await head('f.tif', encodeTiff({ ...size, pages: [new Float32Array(4)] }))).toMatchObject({
      bits: 32,
    })
    expect(await head('x.tif', Buffer.from('II*\0rubbish'))).toMatchObject({ bits: 8, pages: 1 })
    expect(await readPixelHead(join(folder, 'none.tif'))).toBeNull()
  })
})
