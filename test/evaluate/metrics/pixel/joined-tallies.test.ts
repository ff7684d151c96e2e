/** Pixels counted in shards, as bytes, give bit for bit what one count of all gives. */

import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../../src/errors.ts'
import { joinTallies, type TallyShard } from '../../../../src/evaluate/metrics/pixel/joined-tallies.ts'
import { createPixelMetrics } from '../../../../src/evaluate/metrics/pixel/pixel-metrics.ts'
import { PixelTally } from '../../../../src/evaluate/metrics/pixel/pixel-tally.ts'
import {
  decodeDefects,
  decodePieces,
  encodeDefects,
  encodeOthers,
} from '../../../../src/evaluate/metrics/pixel/tally-bytes.ts'
import { createRandom } from '../../../../src/math/random.ts'
import fc from '../../../fast-check.ts'
import type { TwinImage } from './whole-curve.ts'

function tallyOf(images: readonly TwinImage[]): PixelTally {
  const tally = new PixelTally()
  const metrics = createPixelMetrics(tally)
  for (const { scores, mask, width, height } of images)
    metrics.add(Float32Array.from(scores), mask, { width, height })
  return tally
}

/** Read twice or more, as files of a store are. */
function shardOf(images: readonly TwinImage[]): TallyShard {
  const tally = tallyOf(images)
  const [defects, others] = [encodeDefects(tally), encodeOthers(tally)]
  return { defects: async () => defects, others: async () => others }
}

const figuresOf = (images: readonly TwinImage[]) => createPixelMetrics(tallyOf(images)).figures()

describe('joinTallies', () => {
  const score = fc.constantFrom(-1e30, -2, -0, 0, 1e-40, 0.25, 0.5, 1, 1.5, 3e38).map(Math.fround)
  const picture = fc
    .record({
      pixels: fc.array(fc.tuple(score, fc.constantFrom(0, 0, 1)), { minLength: 1, maxLength: 24 }),
      isNominal: fc.boolean(),
    })
    .map(
      ({ pixels, isNominal }): TwinImage => ({
        scores: pixels.map(([value]) => value),
        mask: isNominal ? null : Uint8Array.from(pixels, ([, inside]) => inside),
        width: pixels.length,
        height: 1,
      }),
    )

  it('gives what one count of all images gives, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(picture, { maxLength: 4 }), { maxLength: 5 }), async (shards) => {
        expect(await joinTallies(shards.map(shardOf))).toEqual(figuresOf(shards.flat()))
      }),
    )
  })

  it('gives the same where there are enough nominal pixels for a rate of one in 100,000', async () => {
    const random = createRandom(3, 'tallies')
    const draw = (isNominal: boolean, size: number): TwinImage => {
      const mask = isNominal ? null : Uint8Array.from({ length: size }, (_, i) => (i % 7 === 0 ? 1 : 0))
      return { scores: Array.from({ length: size }, () => random.uniform()), mask, width: size, height: 1 }
    }
    const images = [...Array(6)].map((_, i) => draw(i % 2 === 0, i % 2 === 0 ? 60_000 : 300))
    const whole = figuresOf(images)
    expect(whole.aupimo).not.toBeNull()
    expect(await joinTallies([shardOf(images.slice(0, 1)), shardOf(images.slice(1))])).toEqual(whole)
  })
})

describe('counted pixels as bytes', () => {
  it('hold any key there is, in as many pieces as there were', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 30 }), (keys) => {
        const tally = new PixelTally()
        tally.nominalImages.add(Uint32Array.from(keys))
        tally.aroundDefects.add(Uint32Array.of(2 ** 32 - 1, 0))
        tally.aroundDefects.pieces() // sorts what has come so far
        tally.aroundDefects.add(Uint32Array.of(5))
        const decoded = decodePieces(encodeOthers(tally))
        expect([...decoded.nominalImages()]).toEqual([...tally.nominalImages.pieces()])
        expect([...decoded.aroundDefects()]).toEqual([Uint32Array.of(0, 2 ** 32 - 1), Uint32Array.of(5)])
      }),
    )
  })

  it('are refused where they are cut off', () => {
    const tally = tallyOf([
      { scores: [1, 2, 3], mask: Uint8Array.of(0, 1, 1), width: 3, height: 1 },
      { scores: [1, 2, 3], mask: null, width: 3, height: 1 },
    ])
    const cut = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length - 4)
    expect(() => decodeDefects(cut(encodeDefects(tally)))).toThrow(ModelError)
    expect(() => [...decodePieces(cut(encodeOthers(tally))).aroundDefects()]).toThrow(ModelError)
  })
})
