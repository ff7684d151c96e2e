import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import type { GreyImage, Image } from '../../src/image/image.ts'
import { prepareImage } from '../../src/image/prepare-image.ts'
import { resizeBilinear, resizeBilinearGrey, resizeWindow } from '../../src/image/resize-bilinear.ts'
import fc from '../fast-check.ts'
import { describeWith, goldenDir } from '../golden-dir.ts'
import { type GoldenTensors, readSafetensors } from '../safetensors.ts'

function imageOf(tensors: GoldenTensors, name: string): Image {
  const { shape, data } = tensors.get(name)!
  return { width: shape[1]!, height: shape[0]!, data: data as Uint8Array }
}

describeWith(goldenDir, 'resize equals Pillow byte for byte', () => {
  it.each(['97x61_to_48', '300x200_to_160', '64x64_to_160'])('%s', (name) => {
    const tensors = readSafetensors(join(goldenDir, `image_${name}.safetensors`))
    const wanted = imageOf(tensors, 'resized')
    expect(resizeBilinear(imageOf(tensors, 'input'), wanted).data).toEqual(wanted.data)
  })

  it('97x61_crop48, by the fit crop', () => {
    const tensors = readSafetensors(join(goldenDir, 'image_97x61_crop48.safetensors'))
    const wanted = imageOf(tensors, 'resized')
    const prepared = prepareImage(imageOf(tensors, 'input'), { width: 48, height: 48 }, 'crop')
    expect(prepared.data).toEqual(wanted.data)
  })

  it('a grey mask, resized and cropped', () => {
    const tensors = readSafetensors(join(goldenDir, 'image_mask.safetensors'))
    const wanted = imageOf(tensors, 'resized')
    const window = { x: 14, y: 0, width: 48, height: 48 }
    const resized = resizeWindow(imageOf(tensors, 'input'), 1, { width: 76, height: 48 }, window)
    expect(resized.data).toEqual(wanted.data)
  })
})

const side = fc.integer({ min: 1, max: 40 })
const size = fc.record({ width: side, height: side })
const grey: fc.Arbitrary<GreyImage> = size.chain(({ width, height }) =>
  fc
    .uint8Array({ minLength: width * height, maxLength: width * height })
    .map((data) => ({ width, height, data })),
)

/** Repeats each sample `times` times. */
const repeat = (data: Uint8Array, times: number): Uint8Array =>
  Uint8Array.from({ length: data.length * times }, (_, i) => data[Math.floor(i / times)]!)

describe('resizeBilinear', () => {
  it('keeps an image of the same size, as a copy', () => {
    fc.assert(
      fc.property(grey, (image) => {
        const resized = resizeBilinearGrey(image, image)
        expect(resized.data).toEqual(image.data)
        expect(resized.data).not.toBe(image.data)
      }),
    )
  })

  it('keeps one level everywhere, and never leaves the range of the source', () => {
    fc.assert(
      fc.property(grey, size, fc.integer({ min: 0, max: 255 }), (image, target, level) => {
        const flat = { ...image, data: new Uint8Array(image.data.length).fill(level) }
        expect(new Set(resizeBilinearGrey(flat, target).data)).toEqual(new Set([level]))
        const { data } = resizeBilinearGrey(image, target)
        expect(Math.max(...data)).toBeLessThanOrEqual(Math.max(...image.data))
        expect(Math.min(...data)).toBeGreaterThanOrEqual(Math.min(...image.data))
      }),
    )
  })

  it('treats the channels alike', () => {
    fc.assert(
      fc.property(grey, size, (image, target) => {
        const rgb = resizeBilinear({ ...image, data: repeat(image.data, 3) }, target)
        expect(rgb.data).toEqual(repeat(resizeBilinearGrey(image, target).data, 3))
      }),
    )
  })

  it('computes a window as the same part of the whole', () => {
    fc.assert(
      fc.property(grey, size, fc.double({ min: 0, max: 0.99, noNaN: true }), (image, target, share) => {
        const x = Math.floor(share * target.width)
        const y = Math.floor(share * target.height)
        const window = { x, y, width: target.width - x, height: target.height - y }
        const whole = resizeBilinearGrey(image, target)
        const part = resizeWindow(image, 1, target, window)
        for (let row = 0; row < window.height; row++) {
          const from = (y + row) * target.width + x
          const wanted = whole.data.subarray(from, from + window.width)
          expect(part.data.subarray(row * window.width, (row + 1) * window.width)).toEqual(wanted)
        }
      }),
    )
  })

  it.each([
    [{ width: 0, height: 4 }],
    [{ width: 3, height: -1 }],
    [{ width: 2.5, height: 3 }],
    [{ width: Number.NaN, height: 3 }],
  ])('refuses the size %j', (target) => {
    const image = { width: 2, height: 2, data: new Uint8Array(12) }
    expect(() => resizeBilinear(image, target)).toThrow(ShapeError)
  })

  it('refuses data of another size', () => {
    expect(() => resizeBilinear({ width: 2, height: 2, data: new Uint8Array(11) }, image1)).toThrow(
      'image data: expected shape [2, 2, 3], got [11]',
    )
  })
})

const image1 = { width: 1, height: 1 }
