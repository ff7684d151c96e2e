import { describe, expect, it } from 'vitest'
import { writeScoreKeys } from '../../../../src/evaluate/metrics/pixel/score-keys.ts'
import { SortedKeys } from '../../../../src/evaluate/metrics/pixel/sorted-keys.ts'
import fc from '../../../fast-check.ts'

describe('SortedKeys', () => {
  const key = fc.integer({ min: 0, max: 40 })
  it('counts downwards over pieces and calls, whatever their sizes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(key, { maxLength: 12 }), { maxLength: 8 }),
        fc.uniqueArray(key, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 5 }),
        (images, asked, pieceSize, blockSize) => {
          const held = new SortedKeys(pieceSize)
          for (const keys of images) held.add(Uint32Array.from(keys))
          const all = images.flat()
          expect(held.size).toBe(all.length)
          const descending = asked.sort((a, b) => b - a)
          const count = held.countDown()
          let upTo = Infinity
          for (let start = 0; start < descending.length; start += blockSize) {
            const block = Uint32Array.from(descending.slice(start, start + blockSize))
            const [above, equal] = [new Uint32Array(blockSize).fill(9), new Uint32Array(blockSize).fill(9)]
            count(block, above, equal)
            block.forEach((asked, i) => {
              expect(above[i]).toBe(all.filter((each) => each > asked && each < upTo).length)
              expect(equal[i]).toBe(all.filter((each) => each === asked).length)
              upTo = asked
            })
          }
        },
      ),
    )
  })
  it('goes on after it was asked', () => {
    const held = new SortedKeys()
    const ask = () => {
      const [above, equal] = [new Uint32Array(1), new Uint32Array(1)]
      held.countDown()(Uint32Array.of(5), above, equal)
      return [above[0], equal[0]]
    }
    held.add(Uint32Array.of(7, 5, 3))
    expect(ask()).toEqual([1, 1])
    expect(ask()).toEqual([1, 1])
    held.add(Uint32Array.of(9, 5))
    expect(ask()).toEqual([2, 2])
  })
})

describe('writeScoreKeys', () => {
  const keysOf = (scores: Float32Array) => {
    const keys = new Uint32Array(scores.length)
    const nan = writeScoreKeys(keys, 0, new Int32Array(scores.buffer), 0, scores.length)
    return { keys, nan }
  }
  it('keeps the order of any two floats', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), fc.float({ noNaN: true }), (a, b) => {
        const [x, y] = keysOf(Float32Array.of(a, b)).keys
        expect(Math.sign(x! - y!)).toBe(a === b ? 0 : a < b ? -1 : 1)
      }),
      { numRuns: 1000 },
    )
  })
  it('has a place for infinities and none for NaN', () => {
    const { keys, nan } = keysOf(Float32Array.of(-Infinity, -3e38, -1e-45, -0, 0, 1e-45, 3e38, Infinity))
    expect(nan).toBe(-1)
    expect([...keys]).toEqual([...keys].sort((a, b) => a - b))
    expect(keys[3]).toBe(keys[4])
    expect(keysOf(Float32Array.of(1, Number.NaN)).nan).toBe(1)
    expect(keysOf(new Float32Array(Uint32Array.of(0xffc00000).buffer)).nan).toBe(0)
  })
})
