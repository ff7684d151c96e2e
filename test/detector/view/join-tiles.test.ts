/** Joined maps against a slow twin that asks for every pair of pixels whether they show the same place. */

import { expect, it } from 'vitest'
import { joinMaps, type ScoredTile } from '../../../src/detector/view/join-tiles.ts'
import { joinedFrame, planTiles } from '../../../src/detector/view/view.ts'
import { UsageError } from '../../../src/errors.ts'
import { cutTiles } from '../../../src/image/cut-tiles.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import type { Frame, ScoreMap } from '../../../src/image/image.ts'
import { createRandom } from '../../../src/math/random.ts'
import fc from '../../fast-check.ts'

function slowly(tiles: readonly ScoredTile[], frame: Frame): ScoreMap {
  const { width, height } = frame.size
  const data = new Float32Array(width * height)
  const { content, source } = frame
  for (let y = 0; y < content.height; y++) {
    for (let x = 0; x < content.width; x++) {
      let most = -Infinity
      for (const { crop, scored } of tiles) {
        const map = scored.map()
        const own = scored.frame.content
        for (let row = 0; row < own.height; row++) {
          for (let col = 0; col < own.width; col++) {
            const overlaps = (
              at: number,
              joined: number,
              picture: number,
              pixel: number,
              pixels: number,
              from: number,
              length: number,
            ): boolean =>
              Math.min(((at + 1) * picture) / joined, from + ((pixel + 1) * length) / pixels) -
                Math.max((at * picture) / joined, from + (pixel * length) / pixels) >
              1e-7
            if (!overlaps(x, content.width, source.width, col, own.width, crop.x, crop.width)) continue
            if (!overlaps(y, content.height, source.height, row, own.height, crop.y, crop.height)) continue
            most = Math.max(most, map.data[(own.y + row) * map.width + own.x + col]!)
          }
        }
      }
      data[(content.y + y) * width + content.x + x] = most === -Infinity ? 0 : most
    }
  }
  return { width, height, data }
}

const side = (least: number, most: number) => fc.integer({ min: least, max: most })

it('has at every pixel the largest value of what shows the same place', () => {
  fc.assert(
    fc.property(
      side(9, 30),
      side(9, 30),
      side(5, 9),
      side(5, 9),
      side(4, 12),
      fc.nat(99),
      (w, h, tw, th, input, seed) => {
        const random = createRandom(seed, 'tiles')
        const picture = { width: w, height: h }
        const tile = { width: tw, height: th }
        const size = { width: input, height: input }
        const plan = planTiles(tile, [{ ...picture, path: '' }], size, 'pad')
        const frame = joinedFrame(picture, plan)
        const own = fitFrame(tile, size, 'pad')
        const tiles = cutTiles(picture, tile, null).map(({ rect }): ScoredTile => {
          const data = Float32Array.from({ length: input * input }, () => random.uniform())
          const scored = { score: 0, frame: own, map: () => ({ ...size, data }) }
          return { crop: { ...rect, of: picture }, scored }
        })
        expect(joinMaps(tiles, frame)).toEqual(slowly(tiles, frame))
      },
    ),
    { numRuns: 40 },
  )
})

it('keeps the scale of the tiles for the largest picture, and no side above 2048', () => {
  const picture = { width: 1000, height: 600, path: 'a.png' }
  const plan = (sides: number, input: number) =>
    planTiles({ width: sides, height: sides }, [picture], { width: input, height: input }, 'pad').map
  expect(plan(200, 100)).toEqual({ width: 500, height: 300 })
  expect(plan(100, 400)).toEqual({ width: 2048, height: 1229 })
})

it('refuses tiles larger than a picture, and rims that a fit would leave out', () => {
  const picture = { width: 100, height: 60, path: 'a.png' }
  const input = { width: 64, height: 64 }
  expect(() => planTiles({ width: 64, height: 64 }, [picture], input, 'pad')).toThrow(UsageError)
  expect(() => planTiles({ width: 64, height: 64 }, [picture], input, 'pad')).toThrow(
    '--tiles 64x64: larger than a.png, which is 100x60',
  )
  expect(() => planTiles({ width: 60, height: 30 }, [picture], input, 'crop')).toThrow('leave out the rims')
})
