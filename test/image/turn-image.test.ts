import { expect, it } from 'vitest'
import type { Image } from '../../src/image/image.ts'
import { turnImage } from '../../src/image/turn-image.ts'
import fc from '../fast-check.ts'

const pictured = fc
  .record({ width: fc.integer({ min: 1, max: 6 }), height: fc.integer({ min: 1, max: 6 }) })
  .map(
    ({ width, height }): Image => ({
      width,
      height,
      data: Uint8Array.from({ length: 3 * width * height }, (_, i) => i),
    }),
  )

it('turns clockwise', () => {
  const [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6].map((n) => [n, n, n]) as number[][]
  const image = { width: 3, height: 2, data: Uint8Array.from([a, b, c, d, e, f].flat() as number[]) }
  expect(turnImage(image, 1)).toEqual({
    width: 2,
    height: 3,
    data: Uint8Array.from([d, a, e, b, f, c].flat() as number[]),
  })
})

it('adds up: turns one after the other are as many at once, and four are none', () =>
  fc.assert(
    fc.property(pictured, fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 }), (image, a, b) => {
      expect(turnImage(turnImage(image, a), b)).toEqual(turnImage(image, a + b))
      expect(turnImage(image, 4)).toEqual(image)
    }),
  ))
