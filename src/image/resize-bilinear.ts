/**
 * Antialiased bilinear resize, byte for byte Pillow's, which the detectors' reference implementations use.
 *
 * When shrinking, the triangle filter is widened by the scale, so that every source pixel counts. Columns first, then
 * rows, with bytes between; weights are normalised per output pixel and rounded to 22 bits after the point.
 * Source: Pillow 9.4, src/libImaging/Resample.c (precompute_coeffs, normalize_coeffs_8bpc, ImagingResample*_8bpc).
 */
import { ShapeError } from '../errors.ts'
import { repeatGrey } from './grey.ts'
import type { GreyImage, Image, Rect, Size } from './image.ts'

/**
 * @param size - Whole pixels, at least 1x1. Aspect is not kept.
 * @returns A new image; also where the size is the same.
 * @throws {ShapeError} The size is not whole and positive, or the data does not fit the image's size.
 */
export function resizeBilinear(image: Image, size: Size): Image {
  return resizeWindow(image, 3, size, whole(size))
}

/** As {@link resizeBilinear}, for one channel. */
export function resizeBilinearGrey(grey: GreyImage, size: Size): GreyImage {
  return resizeWindow(grey, 1, size, whole(size))
}

/**
 * The part `window` of the image resized to `size`, without computing the rest.
 *
 * Cost: O(source pixels used + window pixels x filter width) time, one intermediate picture of the window's width.
 */
export function resizeWindow(source: Image | GreyImage, channels: 1 | 3, size: Size, window: Rect): Image {
  checkSizes(source, channels, size)
  const columns = filterWeights(source.width, size.width, window.x, window.width)
  const rows = filterWeights(source.height, size.height, window.y, window.height)
  const firstRow = rows.starts[0]!
  const last = window.height - 1
  const rowCount = rows.starts[last]! + rows.counts[last]! - firstRow
  const { data } = source
  const { width, height } = window
  // Pictures of a grey camera hold the same three times over.
  const isRepeated = channels === 3 && isGrey(data)
  const own = isRepeated ? 1 : channels
  const narrow = new Uint8Array(rowCount * width * own)
  if (own === 3) resizeColumnsRgb(data, source.width, firstRow, rowCount, columns, narrow)
  else resizeColumnsGrey(data, channels, source.width, firstRow, rowCount, columns, narrow)
  const resized = resizeRows(narrow, width * own, firstRow, rows)
  return { width, height, data: isRepeated ? repeatGrey(resized) : resized }
}

/** Whether the three channels are one. Cost: the first pixel of a colour ends it. */
function isGrey(rgb: Uint8Array): boolean {
  for (let i = 0; i < rgb.length; i += 3) if (rgb[i] !== rgb[i + 1] || rgb[i] !== rgb[i + 2]) return false
  return true
}

const whole = ({ width, height }: Size): Rect => ({ x: 0, y: 0, width, height })

function checkSizes({ width, height, data }: Image | GreyImage, channels: number, size: Size): void {
  if (![size.width, size.height].every((side) => Number.isInteger(side) && side > 0)) {
    throw new ShapeError('size', '[width, height], whole and positive', [size.width, size.height])
  }
  if (width < 1 || height < 1 || data.length !== width * height * channels) {
    throw new ShapeError('image data', `[${height}, ${width}, ${channels}]`, [data.length])
  }
}

/** For each output pixel: first source pixel, how many, and their weights, which sum to about 1 << 22. */
interface FilterWeights {
  readonly starts: Int32Array
  readonly counts: Int32Array
  readonly weights: Int32Array // [outputs, taps]
  readonly taps: number
}

const fractionBits = 22
const half = 1 << (fractionBits - 1)

function filterWeights(inLength: number, outLength: number, first: number, outputs: number): FilterWeights {
  const scale = inLength / outLength
  const support = Math.max(scale, 1) // of a triangle of half-width 1, widened when shrinking
  const taps = Math.ceil(support) * 2 + 1
  const starts = new Int32Array(outputs)
  const counts = new Int32Array(outputs)
  const weights = new Int32Array(outputs * taps)
  const exact = new Float64Array(taps)
  for (let i = 0; i < outputs; i++) {
    const centre = (first + i + 0.5) * scale
    const start = Math.max(0, Math.trunc(centre - support + 0.5))
    const count = Math.min(inLength, Math.trunc(centre + support + 0.5)) - start
    let sum = 0
    for (let t = 0; t < count; t++) {
      exact[t] = Math.max(0, 1 - Math.abs((t + start - centre + 0.5) * (1 / support)))
      sum += exact[t]!
    }
    starts[i] = start
    counts[i] = count
    for (let t = 0; t < count; t++) {
      weights[i * taps + t] = Math.trunc(0.5 + (exact[t]! / sum) * (1 << fractionBits))
    }
  }
  return { starts, counts, weights, taps }
}

/** Sums stay below 2^31: 255 * 2^22 plus rounding. */
function toByte(sum: number): number {
  const value = sum >> fractionBits
  return Math.min(value, 255)
}

function resizeColumnsRgb(
  data: Uint8Array,
  width: number,
  firstRow: number,
  rowCount: number,
  { starts, counts, weights, taps }: FilterWeights,
  out: Uint8Array,
): void {
  let to = 0
  for (let y = firstRow; y < firstRow + rowCount; y++) {
    for (let x = 0; x < starts.length; x++) {
      let from = 3 * (y * width + starts[x]!)
      const end = x * taps + counts[x]!
      let red = half
      let green = half
      let blue = half
      for (let t = x * taps; t < end; t++, from += 3) {
        const weight = weights[t]!
        red = (red + Math.imul(data[from]!, weight)) | 0
        green = (green + Math.imul(data[from + 1]!, weight)) | 0
        blue = (blue + Math.imul(data[from + 2]!, weight)) | 0
      }
      out[to] = toByte(red)
      out[to + 1] = toByte(green)
      out[to + 2] = toByte(blue)
      to += 3
    }
  }
}

/** @param step - From pixel to pixel. */
function resizeColumnsGrey(
  data: Uint8Array,
  step: number,
  width: number,
  firstRow: number,
  rowCount: number,
  { starts, counts, weights, taps }: FilterWeights,
  out: Uint8Array,
): void {
  let to = 0
  for (let y = firstRow; y < firstRow + rowCount; y++) {
    for (let x = 0; x < starts.length; x++) {
      let from = step * (y * width + starts[x]!)
      const end = x * taps + counts[x]!
      let sum = half
      for (let t = x * taps; t < end; t++, from += step) sum = (sum + Math.imul(data[from]!, weights[t]!)) | 0
      out[to++] = toByte(sum)
    }
  }
}

/** Row by row through memory: the sums of a whole output row are kept. */
function resizeRows(data: Uint8Array, rowBytes: number, firstRow: number, rows: FilterWeights): Uint8Array {
  const { starts, counts, weights, taps } = rows
  const out = new Uint8Array(starts.length * rowBytes)
  const sums = new Int32Array(rowBytes)
  for (let y = 0; y < starts.length; y++) {
    sums.fill(half)
    for (let t = 0; t < counts[y]!; t++) {
      const weight = weights[y * taps + t]!
      const from = (starts[y]! + t - firstRow) * rowBytes
      for (let i = 0; i < rowBytes; i++) sums[i] = sums[i]! + Math.imul(data[from + i]!, weight)
    }
    const to = y * rowBytes
    for (let i = 0; i < rowBytes; i++) out[to + i] = toByte(sums[i]!)
  }
  return out
}
