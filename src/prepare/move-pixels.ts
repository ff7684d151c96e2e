/** Images, masks and maps brought to a placement, and back. */
import { ShapeError } from '../errors.ts'
import type { Image, Mask, ScoreMap, Size } from '../image/image.ts'
import { type Affine, isTranslation, type Placement, toPrepared } from './placement.ts'

export type Colour = readonly [red: number, green: number, blue: number]

/**
 * The prepared image: copied where the placement is a translation, else bilinear at pixel centres; what lies outside the source
 * has the given colour.
 *
 * @throws {ShapeError} The image has not the placement's source size.
 */
export function moveImage(image: Image, placement: Placement, outside: Colour): Image {
  checkSize('image', image, placement.source)
  const { width, height } = placement.size
  const data = new Uint8Array(3 * width * height)
  fillWith(data, outside)
  if (isTranslation(placement)) copyRows(image.data, data, placement, 3)
  else sampleBilinear(image, data, placement)
  return { width, height, data }
}

/**
 * The prepared mask: a pixel is inside where the source pixel at its centre is (nearest neighbour); outside the source is outside.
 *
 * @throws {ShapeError} The mask has not the placement's source size.
 */
export function moveMask(mask: Mask, placement: Placement): Mask {
  checkSize('mask', mask, placement.source)
  const { width, height } = placement.size
  const data = new Uint8Array(width * height)
  if (isTranslation(placement)) copyRows(mask.data, data, placement, 1)
  else sampleNearest(mask.data, data, placement)
  return { width, height, data }
}

/**
 * A map of the prepared image laid back on the source: a source pixel takes the value of the prepared pixel that its centre lies
 * in, and `NaN` where the prepared image does not show it.
 *
 * @throws {ShapeError} The map has not the placement's prepared size.
 */
export function mapBack(map: ScoreMap, placement: Placement): ScoreMap {
  checkSize('map', map, placement.size)
  const { width, height } = placement.source
  const data = new Float32Array(width * height)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const at = toPrepared(placement, { x: x + 0.5, y: y + 0.5 })
      const column = Math.floor(at.x)
      const row = Math.floor(at.y)
      const isShown = column >= 0 && row >= 0 && column < map.width && row < map.height
      data[i] = isShown ? map.data[row * map.width + column]! : Number.NaN
    }
  }
  return { width, height, data }
}

/** Paints what is outside the mask, in place. The mask has the image's size. */
export function blankInPlace(image: Image, mask: Mask, colour: Colour): void {
  checkSize('mask', mask, image)
  const { data } = image
  const [red, green, blue] = colour
  for (let i = 0, at = 0; i < mask.data.length; i++, at += 3) {
    if (mask.data[i] !== 0) continue
    data[at] = red
    data[at + 1] = green
    data[at + 2] = blue
  }
}

function fillWith(data: Uint8Array, [red, green, blue]: Colour): void {
  if (red === green && green === blue) data.fill(red)
  else {
    for (let i = 0; i < data.length; i += 3) {
      data[i] = red
      data[i + 1] = green
      data[i + 2] = blue
    }
  }
}

function checkSize(name: string, { width, height }: Size, expected: Size): void {
  if (width === expected.width && height === expected.height) return
  throw new ShapeError(name, `[${expected.height}, ${expected.width}]`, [height, width])
}

function copyRows(from: Uint8Array, to: Uint8Array, { source, size, toSource }: Placement, channels: number) {
  const left = toSource[2]
  const top = toSource[5]
  const first = Math.max(0, -left)
  const end = Math.min(size.width, source.width - left)
  if (end <= first) return
  for (let y = Math.max(0, -top); y < Math.min(size.height, source.height - top); y++) {
    const start = channels * ((y + top) * source.width + first + left)
    to.set(from.subarray(start, start + channels * (end - first)), channels * (y * size.width + first))
  }
}

function sampleNearest(from: Uint8Array, to: Uint8Array, { source, size, toSource }: Placement): void {
  forEachPixel(size, toSource, (i, x, y) => {
    const column = Math.floor(x)
    const row = Math.floor(y)
    if (column < 0 || row < 0 || column >= source.width || row >= source.height) return
    to[i] = from[row * source.width + column]!
  })
}

function sampleBilinear({ data }: Image, to: Uint8Array, { source, size, toSource }: Placement): void {
  const { width, height } = source
  forEachPixel(size, toSource, (i, x, y) => {
    if (x < 0 || y < 0 || x >= width || y >= height) return
    const left = Math.min(Math.max(x - 0.5, 0), width - 1)
    const top = Math.min(Math.max(y - 0.5, 0), height - 1)
    const x0 = Math.floor(left)
    const y0 = Math.floor(top)
    const right = 3 * (Math.min(x0 + 1, width - 1) - x0)
    const below = 3 * width * (Math.min(y0 + 1, height - 1) - y0)
    const fx = left - x0
    const fy = top - y0
    let at = 3 * (y0 * width + x0)
    for (let c = 0; c < 3; c++, at++) {
      const upper = data[at]! + (data[at + right]! - data[at]!) * fx
      const lower = data[at + below]! + (data[at + below + right]! - data[at + below]!) * fx
      to[3 * i + c] = Math.round(upper + (lower - upper) * fy)
    }
  })
}

/** Calls with the index of every prepared pixel and the source coordinates of its centre. */
function forEachPixel(
  { width, height }: Size,
  [a, b, c, d, e, f]: Affine,
  visit: (i: number, x: number, y: number) => void,
): void {
  for (let y = 0, i = 0; y < height; y++) {
    const startX = b * (y + 0.5) + c
    const startY = e * (y + 0.5) + f
    for (let x = 0; x < width; x++, i++) visit(i, a * (x + 0.5) + startX, d * (x + 0.5) + startY)
  }
}
