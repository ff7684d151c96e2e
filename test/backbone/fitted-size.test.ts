import { expect, it } from 'vitest'
import { architecture } from '../../src/backbone/architectures.ts'
import { fittedSize } from '../../src/backbone/fitted-size.ts'

it.each([
  [256, 252],
  [224, 224],
  [231, 238],
  [8, 14],
  [1, 14],
])('brings a side of %d pixels to %d for a transformer of 14-pixel patches', (asked, fitted) => {
  const size = fittedSize({ width: asked, height: 28 }, architecture('dinov2_vits14'))
  expect(size).toEqual({ width: fitted, height: 28 })
})

it('leaves every size to networks that take any', () => {
  expect(fittedSize({ width: 37, height: 41 }, architecture('mobilenet_v2'))).toEqual({
    width: 37,
    height: 41,
  })
})
