import { describe, expect, it } from 'vitest'
import { radixSortInPlace } from '../../src/math/radix-sort.ts'
import fc from '../fast-check.ts'

const keys = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 200 }),
  fc.array(fc.integer({ min: 0xabcd0000, max: 0xabcd0007 }), { maxLength: 200 }), // shared bytes, many ties
)

describe('radixSortInPlace', () => {
  it('sorts as the native sort does', () => {
    fc.assert(
      fc.property(keys, (items) => {
        const sorted = Uint32Array.from(items)
        radixSortInPlace(sorted)
        expect(sorted).toEqual(Uint32Array.from(items).sort())
      }),
    )
  })
  it('moves values with their keys, and keeps the order of equal ones', () => {
    fc.assert(
      fc.property(keys, (items) => {
        const sorted = Uint32Array.from(items)
        const order = Uint32Array.from(items.keys())
        radixSortInPlace(sorted, order)
        const wanted = [...items.keys()].sort((i, j) => items[i]! - items[j]! || i - j)
        expect([...order]).toEqual(wanted)
        expect([...sorted]).toEqual(wanted.map((i) => items[i]!))
      }),
    )
  })
  it('sorts a part of an array and leaves the rest', () => {
    const whole = Uint32Array.of(9, 8, 7, 6)
    radixSortInPlace(whole.subarray(1, 3))
    expect([...whole]).toEqual([9, 7, 8, 6])
  })
  it('needs a value for each key', () => {
    expect(() => radixSortInPlace(Uint32Array.of(2, 1), Uint32Array.of(1))).toThrow(
      /expected 2 values, got 1/,
    )
  })
})
