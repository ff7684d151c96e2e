import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { decodeBmp } from '../../src/image/decode-bmp.ts'
import fc from '../fast-check.ts'
import { type BmpOptions, encodeBmp } from './encode-bmp.ts'

const red = [255, 0, 0] as const
const green = [0, 255, 0] as const
const blue = [0, 0, 255] as const
const white = [255, 255, 255] as const

/** 3 x 2: red green blue over white red green. Stored from the bottom. */
const wanted = Uint8Array.from([red, green, blue, white, red, green].flat())
const palette = [red, green, blue, white]

const cases: readonly (readonly [
  string,
  Omit<BmpOptions, 'width' | 'height'> & { readonly height?: number },
])[] = [
  ['24 bit', { bits: 24, pixels: rows24([white, red, green], [red, green, blue]) }],
  ['24 bit from the top', { bits: 24, height: -2, pixels: rows24([red, green, blue], [white, red, green]) }],
  ['24 bit behind a gap', { bits: 24, gap: 10, pixels: rows24([white, red, green], [red, green, blue]) }],
  [
    '24 bit, header of 124',
    { bits: 24, headerSize: 124, pixels: rows24([white, red, green], [red, green, blue]) },
  ],
  [
    '24 bit, header of 12',
    { bits: 24, headerSize: 12, pixels: rows24([white, red, green], [red, green, blue]) },
  ],
  ['32 bit', { bits: 32, pixels: rows32([white, red, green, red, green, blue]) }],
  [
    '32 bit, other fields',
    {
      bits: 32,
      compression: 3,
      masks: [0xff, 0xff00, 0xff0000],
      pixels: Uint8Array.from([white, red, green, red, green, blue].flatMap((colour) => [...colour, 0])),
    },
  ],
  [
    '32 bit, alpha fields above the sign',
    {
      bits: 32,
      compression: 3,
      headerSize: 108,
      masks: [0xff000000, 0xff0000, 0xff00],
      pixels: Uint8Array.from([white, red, green, red, green, blue].flatMap(([r, g, b]) => [9, b, g, r])),
    },
  ],
  ['16 bit 5-5-5', { bits: 16, pixels: rows16([0x7fff, 0x7c00, 0x3e0], [0x7c00, 0x3e0, 0x1f]) }],
  [
    '16 bit 5-6-5',
    {
      bits: 16,
      compression: 3,
      masks: [0xf800, 0x7e0, 0x1f],
      pixels: rows16([0xffff, 0xf800, 0x7e0], [0xf800, 0x7e0, 0x1f]),
    },
  ],
  ['8 bit', { bits: 8, palette, pixels: Uint8Array.of(3, 0, 1, 0, 0, 1, 2, 0) }],
  [
    '8 bit, header of 12',
    { bits: 8, headerSize: 12, palette: full(palette), pixels: Uint8Array.of(3, 0, 1, 0, 0, 1, 2, 0) },
  ],
  ['4 bit', { bits: 4, palette, pixels: Uint8Array.of(0x30, 0x10, 0, 0, 0x01, 0x20, 0, 0) }],
  ['2 bit', { bits: 2, palette, pixels: Uint8Array.of(0b11000100, 0, 0, 0, 0b00011000, 0, 0, 0) }],
  [
    'RLE8',
    {
      bits: 8,
      compression: 1,
      palette,
      pixels: Uint8Array.of(1, 3, 1, 0, 1, 1, 0, 0, 0, 3, 0, 1, 2, 0, 0, 1),
    },
  ],
]

describe('decodeBmp', () => {
  it.each(cases)('reads %s', (_, options) => {
    const { height = 2, ...rest } = options
    const { data, width, height: read } = decodeBmp('x.bmp', encodeBmp({ width: 3, height, ...rest }))
    expect([width, read]).toEqual([3, 2])
    expect(data).toEqual(wanted)
  })

  it('repeats the two colours of an RLE4 run in turn', () => {
    const pixels = Uint8Array.of(3, 0x30, 0, 0, 0, 3, 0x01, 0x20, 0, 1)
    const { data } = decodeBmp(
      'x.bmp',
      encodeBmp({ width: 3, height: 2, bits: 4, compression: 2, palette, pixels }),
    )
    expect([...data]).toEqual([red, green, blue, white, red, white].flat())
  })

  it('gives pixels that RLE jumps over the first colour', () => {
    const pixels = Uint8Array.of(1, 3, 0, 2, 1, 0, 1, 1, 0, 0, 0, 2, 2, 0, 1, 2, 0, 1)
    const { data } = decodeBmp(
      'x.bmp',
      encodeBmp({ width: 3, height: 2, bits: 8, compression: 1, palette, pixels }),
    )
    expect([...data]).toEqual([red, red, blue, white, red, green].flat())
  })

  it('reads 1 bit of any width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 0, max: 255 }), (width, byte) => {
        const pixels = new Uint8Array(4 * Math.ceil(width / 32)).fill(byte)
        const bmp = encodeBmp({ width, height: 1, bits: 1, palette: [green, white], pixels })
        const { data } = decodeBmp('x.bmp', bmp)
        for (let x = 0; x < width; x++) {
          const isSet = ((byte >> (7 - (x % 8))) & 1) === 1
          expect([...data.subarray(3 * x, 3 * x + 3)]).toEqual(isSet ? [...white] : [...green])
        }
      }),
    )
  })

  it('refuses every truncation with its path', () => {
    for (const [, options] of cases) {
      const whole = encodeBmp({ width: 3, height: 2, ...options })
      for (let length = 2; length < whole.length - 4; length++) {
        expect(() => decodeBmp('cut.bmp', whole.subarray(0, length))).toThrow(
          /^cut\.bmp: cannot be decoded as BMP: /,
        )
      }
    }
  })

  it('never fails but by InputError, whatever the header says', () => {
    const base = encodeBmp({ width: 3, height: 2, bits: 8, palette, pixels: new Uint8Array(40) })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 0, max: 255 }))),
        (edits) => {
          const bytes = base.slice()
          for (const [at, value] of edits) bytes[at] = value
          try {
            const { width, height, data } = decodeBmp('x.bmp', bytes)
            expect(data.length).toBe(3 * width * height)
          } catch (error) {
            expect(error).toBeInstanceOf(InputError)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each([
    [
      { width: 100_000, height: 100_000, bits: 24 },
      'it is above the limit of 400 megapixels (100000x100000)',
    ],
    [{ width: 0, height: 2, bits: 24 }, 'its size is 0x2'],
    [{ width: 3, height: 2, bits: 5 }, '5 bits per pixel'],
    [{ width: 3, height: 2, bits: 24, compression: 4 }, 'compression 4 at 24 bits per pixel'],
  ])('says what is wrong with %j', (options, reason) => {
    expect(() => decodeBmp('x.bmp', encodeBmp({ ...options, pixels: new Uint8Array(64) }))).toThrow(reason)
  })
})

type Colour = readonly [number, number, number]

/** Rows of three pixels, each padded to 12 bytes. */
function rows24(...rows: readonly (readonly Colour[])[]): Uint8Array {
  return Uint8Array.from(rows.flatMap((row) => [...row.flatMap(([r, g, b]) => [b, g, r]), 0, 0, 0]))
}

function rows32(colours: readonly Colour[]): Uint8Array {
  return Uint8Array.from(colours.flatMap(([r, g, b]) => [b, g, r, 77]))
}

function rows16(...rows: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(rows.flatMap((row) => [...row.flatMap((v) => [v & 255, v >> 8]), 0, 0]))
}

function full(colours: readonly Colour[]): Colour[] {
  return Array.from({ length: 256 }, (_, i) => colours[i] ?? [0, 0, 0])
}
