import { expect, it } from 'vitest'
import { greyOf, measureLight } from '../../src/drift/light.ts'
import { measureImage } from '../../src/drift/measure-image.ts'
import type { Image } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'

type Colour = readonly [number, number, number]
function paint(width: number, height: number, colour: (x: number, y: number) => Colour): Image {
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) data.set(colour(i % width, Math.floor(i / width)), 3 * i)
  return { width, height, data }
}
const noise = (width: number, height: number, spread = 40): Image => {
  const random = createRandom(1, 'noise')
  return paint(width, height, () => {
    const level = 100 + spread * random.uniform()
    return [level, level, level]
  })
}

it('measures the light of a small picture as check does', () => {
  const image = noise(120, 90)
  const light = measureLight(greyOf(image), 120, 90)
  const own = measureImage(image)
  expect(own.brightness).toBe(light.mean)
  expect(own.contrast).toBe(light.contrast)
  expect(own.sharpness).toBeCloseTo(light.sharpness, 12)
  expect([own.black, own.white]).toEqual([light.black, light.white])
})

it('comes near to it where it looks at some pixels only', () => {
  const image = noise(1280, 1024)
  const light = measureLight(greyOf(image), 1280, 1024)
  const own = measureImage(image)
  expect(Math.abs(own.brightness - light.mean)).toBeLessThan(0.3)
  expect(Math.abs(own.contrast - light.contrast)).toBeLessThan(0.3)
  expect(Math.abs(own.sharpness - light.sharpness)).toBeLessThan(0.05)
})

it('says where the object is, how large, and in which colour', () => {
  const at = (left: number) =>
    measureImage(
      paint(200, 100, (x, y) =>
        x >= left && x < left + 40 && y >= 20 && y < 60 ? [200, 80, 90] : [80, 80, 80],
      ),
    )
  const first = at(20)
  expect(first).toMatchObject({ width: 200, height: 100, aspect: 2 })
  expect(first.objectX).toBeCloseTo(0.2, 9)
  expect(first.objectY).toBeCloseTo(0.4, 9)
  expect(first.objectShare).toBeCloseTo(0.08, 9)
  expect(first.redness).toBeCloseTo(0.08 * 120, 9)
  expect(first.blueness).toBeCloseTo(0.08 * 10, 9)
  expect(at(120).objectX).toBeCloseTo(0.7, 9)
  expect(at(120).objectSpread).toBeCloseTo(first.objectSpread, 9)
})

it.each([
  [1, 1],
  [2, 1],
  [1, 500],
  [3000, 2],
])('measures %i x %i pixels with numbers alone', (width, height) => {
  const measures = measureImage(paint(width, height, () => [7, 7, 7]))
  expect(Object.values(measures).every(Number.isFinite)).toBe(true)
  expect(measures).toMatchObject({ brightness: 7, contrast: 0, objectX: 0.5, objectShare: 0, redness: 0 })
})
