import { describe, expect, it } from 'vitest'
import { decodeFloat16, encodeFloat16 } from '../../src/math/float16.ts'
import fc from '../fast-check.ts'

/** The obvious way: try the two neighbouring codes by their values and take the nearer, the even one on a tie. */
function slowEncode(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const magnitude = Math.abs(value)
  if (magnitude === Infinity) return sign | 0x7c00
  let low = 0
  let high = 0x7bff
  if (magnitude >= slowDecode(high)) return sign | high
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (slowDecode(middle) <= magnitude) low = middle
    else high = middle
  }
  const below = magnitude - slowDecode(low) // both differences are exact in float64
  const above = slowDecode(high) - magnitude
  if (below === above) return sign | (low % 2 === 0 ? low : high)
  return sign | (below < above ? low : high)
}

/** Through the bit fields of a float32 in a DataView. */
function slowDecode(code: number): number {
  const view = new DataView(new ArrayBuffer(4))
  const exponent = (code >>> 10) & 31
  const fraction = code & 1023
  if (exponent === 0) return ((code & 0x8000 ? -1 : 1) * fraction) / 16777216
  const biased = exponent === 31 ? 255 : exponent + 112
  view.setUint32(0, (((code & 0x8000) << 16) | (biased << 23) | (fraction << 13)) >>> 0)
  return view.getFloat32(0)
}

const allCodes = Uint16Array.from({ length: 65536 }, (_, code) => code)

describe('float16', () => {
  it('decodes every code like the obvious way', () => {
    const decoded = decodeFloat16(allCodes)
    for (const code of allCodes) {
      if (!Object.is(decoded[code], slowDecode(code)))
        expect([code, decoded[code]]).toEqual([code, slowDecode(code)])
    }
  })

  it('gives back every code that is not a NaN', () => {
    const again = encodeFloat16(decodeFloat16(allCodes))
    for (const code of allCodes) {
      const isNaNCode = (code & 0x7fff) > 0x7c00
      const expected = isNaNCode ? 0x7e00 | (code & 0x8000 & again[code]!) : code
      if (again[code] !== expected) expect([code, again[code]]).toEqual([code, expected])
    }
  })

  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7bff],
    [3e38, 0x7bff],
    [-1e6, 0xfbff],
    [Infinity, 0x7c00],
    [-Infinity, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -14 - 2 ** -25, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -25 + 2 ** -48, 0x0001],
    [3 * 2 ** -25, 0x0002],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
    [1e-45, 0x0000],
  ])('encodes %f as %i', (value, code) => {
    expect(encodeFloat16(Float32Array.of(value))[0]).toBe(code)
  })

  it('rounds any float32 like the obvious way', () => {
    fc.assert(
      fc.property(fc.uint32Array({ maxLength: 200 }), (words) => {
        const values = new Float32Array(words.buffer, words.byteOffset, words.length)
        const codes = encodeFloat16(values)
        for (let i = 0; i < values.length; i++) {
          if (Number.isNaN(values[i])) expect(codes[i]! & 0x7fff).toBe(0x7e00)
          else expect(codes[i]).toBe(slowEncode(values[i]!))
        }
      }),
    )
  })

  it('rounds values near a tie like the obvious way', () => {
    fc.assert(
      fc.property(fc.nat(0x7bfe), fc.integer({ min: -3, max: 3 }), (code, steps) => {
        const middle = new Float32Array([(slowDecode(code) + slowDecode(code + 1)) / 2])
        const bits = new Uint32Array(middle.buffer)
        bits[0] = Math.max(0, bits[0]! + steps)
        expect(encodeFloat16(middle)[0]).toBe(slowEncode(middle[0]!))
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps the order of values and never moves one by more than half a unit', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const rounded = decodeFloat16(encodeFloat16(Float32Array.of(value)))[0]!
        const unit = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 10))
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(unit / 2)
      }),
    )
  })

  it('works on views and fills a given target', () => {
    const source = new Float32Array([9, 1, 2, 9]).subarray(1, 3)
    const target = new Uint16Array(2)
    expect(encodeFloat16(source, target)).toBe(target)
    expect([...decodeFloat16(target)]).toEqual([1, 2])
  })
})
