import { expect, it } from 'vitest'
import { greyOf, measureLight } from '../../src/drift/light.ts'
import { createRandom } from '../../src/math/random.ts'

const size = 40
const paint = (grey: (x: number, y: number) => number): Uint8Array =>
  Uint8Array.from({ length: size * size }, (_, i) => Math.round(grey(i % size, Math.floor(i / size))))
const measure = (grey: (x: number, y: number) => number) => measureLight(paint(grey), size, size)
const within = (x: number, y: number, left: number): boolean =>
  x >= left && x < left + 10 && y >= 10 && y < 20

it('weighs colours by what they give to grey', () => {
  const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 80, 80, 80)
  expect([...greyOf({ width: 4, height: 1, data })]).toEqual([77, 149, 29, 80])
})

it('has the mean and the deviation of the grey levels, and the shares of black and white', () => {
  const light = measure((x) => (x < 20 ? 0 : 255))
  expect(light).toMatchObject({ mean: 127.5, contrast: 127.5, black: 0.5, white: 0.5 })
})

it('finds as much detail under half of the light, less when smoothed, more under noise', () => {
  const wave = (x: number, y: number): number => 100 * Math.sin(x) * Math.cos(y)
  const sharp = measure((x, y) => 120 + wave(x, y)).sharpness
  expect(measure((x, y) => 60 + wave(x, y) / 2).sharpness).toBeCloseTo(sharp, 1)
  expect(measure((x, y) => 120 + 100 * Math.sin(x / 3) * Math.cos(y / 3)).sharpness).toBeLessThan(sharp - 1)
  const random = createRandom(1)
  const smooth = measure((x) => 3 * x).sharpness
  expect(measure((x) => 3 * x + 10 * random.normal()).sharpness).toBeGreaterThan(smooth + 1)
})

it('calls a burnt-out area a glare if it lies inside, not if it reaches the border', () => {
  expect(measure((x, y) => (within(x, y, 15) ? 255 : 100)).glare).toBe(100 / 1600)
  expect(measure((x, y) => (within(x, y, 0) ? 255 : 100)).glare).toBe(0)
})
