import { expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { prepareImage } from '../../src/image/prepare-image.ts'
import { subsample } from '../../src/image/subsample.ts'
import fc from '../fast-check.ts'

it('keeps every n-th pixel, and of the frame what those pixels show', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(1, 2, 4),
      (sourceWidth, sourceHeight, step) => {
        const source = {
          width: sourceWidth,
          height: sourceHeight,
          data: Uint8Array.from({ length: 3 * sourceWidth * sourceHeight }, (_, i) => (i * 37) % 256),
        }
        const image = prepareImage(source, { width: 8, height: 12 }, 'pad')
        const small = subsample(image, step)
        expect(small).toMatchObject({ width: 8 / step, height: 12 / step })
        for (let y = 0; y < small.height; y++) {
          for (let x = 0; x < small.width; x++) {
            const [from, to] = [3 * (y * step * 8 + x * step), 3 * (y * small.width + x)]
            expect(small.data.slice(to, to + 3)).toEqual(image.data.slice(from, from + 3))
          }
        }
        const { content, size } = small.frame
        expect(size).toEqual({ width: small.width, height: small.height })
        expect(content.width >= 1 && content.x + content.width <= size.width).toBe(true)
        expect(content.height >= 1 && content.y + content.height <= size.height).toBe(true)
        if (step === 1) expect(small).toEqual(image)
      },
    ),
  ))

it('refuses a step that does not divide the sides', () => {
  const image = prepareImage({ width: 1, height: 1, data: new Uint8Array(3) }, { width: 6, height: 9 }, 'pad')
  expect(() => subsample(image, 2)).toThrow(ShapeError)
})
