import { describe, expect, it } from 'vitest'
import {
  addNoise,
  compressImage,
  exposeImage,
} from '../../../../src/guardrail/model/robustness/camera-image.ts'
import {
  type Affine,
  flipImage,
  scaled,
  shifted,
  turned,
  warpImage,
} from '../../../../src/guardrail/model/robustness/warp-image.ts'
import { blurImage } from '../../../../src/image/blur-image.ts'
import type { Image } from '../../../../src/image/image.ts'
import { createRandom } from '../../../../src/math/random.ts'
import fc from '../../../fast-check.ts'

const images = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }), seed: fc.nat() })
  .map(({ width, height, seed }): Image => {
    const random = createRandom(seed)
    return { width, height, data: Uint8Array.from({ length: 3 * width * height }, () => random.integer(256)) }
  })

/** Keys' kernel, a = -1/2, summed over every pixel of a picture mirrored many times over. */
function slowWarp({ width, height, data }: Image, { xx, xy, x, yx, yy, y }: Affine): Image {
  const kernel = (t: number): number => {
    const d = Math.abs(t)
    if (d >= 2) return 0
    return d <= 1 ? 1.5 * d ** 3 - 2.5 * d ** 2 + 1 : -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2
  }
  const mirror = (i: number, length: number): number => {
    let at = i
    while (length > 1 && (at < 0 || at >= length)) at = at < 0 ? -at : 2 * (length - 1) - at
    return length === 1 ? 0 : at
  }
  const out = new Uint8Array(data.length)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [dx, dy] = [column - (width - 1) / 2, row - (height - 1) / 2]
      const fromX = (width - 1) / 2 + xx * dx + xy * dy + x
      const fromY = (height - 1) / 2 + yx * dx + yy * dy + y
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (let j = Math.floor(fromY) - 3; j <= fromY + 3; j++) {
          for (let i = Math.floor(fromX) - 3; i <= fromX + 3; i++) {
            const weight = kernel(fromX - i) * kernel(fromY - j)
            if (weight !== 0) sum += weight * data[3 * (mirror(j, height) * width + mirror(i, width)) + c]!
          }
        }
        out[3 * (row * width + column) + c] = Math.min(255, Math.max(0, Math.round(sum)))
      }
    }
  }
  return { width, height, data: out }
}

const largestDifference = (a: Image, b: Image): number =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0)

describe('warpImage', () => {
  const ways = fc.oneof(
    fc.integer({ min: -180, max: 180 }).map(turned),
    fc
      .record({
        x: fc.double({ min: -5, max: 5, noNaN: true }),
        y: fc.double({ min: -5, max: 5, noNaN: true }),
      })
      .map(({ x, y }) => shifted(x, y)),
    fc.double({ min: 0.5, max: 2, noNaN: true }).map(scaled),
  )

  it('equals the direct sum, to a grey level', () => {
    fc.assert(
      fc.property(images, ways, (image, way) => {
        expect(largestDifference(warpImage(image, way), slowWarp(image, way))).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('changes nothing where nothing moves, and turns by 180 degrees as two flips do', () => {
    fc.assert(
      fc.property(images, (image) => {
        for (const way of [turned(0), shifted(0, 0), scaled(1)]) expect(warpImage(image, way)).toEqual(image)
        expect(warpImage(image, turned(180))).toEqual(flipImage(flipImage(image, 'left-right'), 'top-bottom'))
      }),
    )
  })

  it('moves to the right and down by whole pixels', () => {
    const image: Image = { width: 3, height: 1, data: Uint8Array.from([1, 1, 1, 2, 2, 2, 3, 3, 3]) }
    expect([...warpImage(image, shifted(1, 0)).data]).toEqual([2, 2, 2, 1, 1, 1, 2, 2, 2])
  })
})

describe('changes of light, focus, noise and storage', () => {
  it('mean nothing at dose 0', async () => {
    fc.assert(
      fc.property(images, (image) => {
        expect(exposeImage(image, 1)).toEqual(image)
        expect(blurImage(image, 0)).toEqual(image)
        expect(addNoise(image, 0, createRandom(0))).toEqual(image)
      }),
    )
  })

  it('double the light, not the grey level', () => {
    const grey: Image = { width: 1, height: 1, data: Uint8Array.from([100, 100, 200]) }
    // sRGB 100 is 0.1274 of the light; twice that is sRGB 138.
    expect([...exposeImage(grey, 2).data]).toEqual([138, 138, 255])
  })

  it('blur keeps an even picture, and the sum of a dot', () => {
    const even: Image = { width: 5, height: 4, data: new Uint8Array(60).fill(77) }
    expect(blurImage(even, 1.3)).toEqual(even)
    const dot: Image = { width: 15, height: 15, data: new Uint8Array(675) }
    dot.data.fill(255, 3 * 112, 3 * 113)
    const { data } = blurImage(dot, 1)
    expect(data[3 * 112]).toBe(Math.round(255 * 0.3991 ** 2))
  })

  it('noise has the deviation asked for', () => {
    const grey: Image = { width: 64, height: 64, data: new Uint8Array(3 * 4096).fill(128) }
    const { data } = addNoise(grey, 5, createRandom(0))
    const variance = data.reduce((sum, value) => sum + (value - 128) ** 2, 0) / data.length
    expect(Math.sqrt(variance)).toBeCloseTo(5, 0)
  })

  it('compression costs more at lower quality', async () => {
    const random = createRandom(0)
    const image: Image = {
      width: 32,
      height: 32,
      data: Uint8Array.from({ length: 3072 }, () => random.integer(256)),
    }
    const distance = async (quality: number) => {
      const { data } = await compressImage(image, quality)
      return data.reduce((sum, value, i) => sum + Math.abs(value - image.data[i]!), 0)
    }
    expect(await distance(95)).toBeLessThan(await distance(30))
  })
})
