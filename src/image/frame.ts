/** Geometry of preparation: which part of a source lands where in the model's input. No pixels here. */
import { ShapeError } from '../errors.ts'
import type { Fit, Frame, Rect, Size } from './image.ts'

/** A rectangle that need not lie on whole pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * How an image of size `from` is brought to size `to`.
 *
 * - `stretch`: all of it fills all of the size.
 * - `pad`: all of it, aspect kept, centred; content is at least 1 pixel wide and high.
 * - `crop`: scaled until it covers the size, then the middle. Same as torchvision's `Resize` of the shorter side and
 *   `CenterCrop`, with its rounding; `visible` is rounded to whole source pixels, {@link sourceBox} is not.
 *
 * @throws {ShapeError} A side is not whole or below 1.
 */
export function fitFrame(from: Size, to: Size, fit: Fit): Frame {
  const source = { width: from.width, height: from.height } // no more than that: pixels must not be kept alive
  const size = { width: to.width, height: to.height }
  for (const [name, { width, height }] of Object.entries({ source, size })) {
    if (![width, height].every((side) => Number.isInteger(side) && side > 0)) {
      throw new ShapeError(name, '[width, height], whole and positive', [width, height])
    }
  }
  const whole = { x: 0, y: 0, ...source }
  const full = { x: 0, y: 0, ...size }
  if (fit === 'stretch') return { source, size, visible: whole, content: full }
  if (fit === 'pad') return { source, size, visible: whole, content: paddedContent(source, size) }
  const box = croppedBox(source, size)
  const x = Math.min(Math.round(box.x), source.width - 1)
  const y = Math.min(Math.round(box.y), source.height - 1)
  const width = Math.max(1, Math.round(box.x + box.width) - x)
  const height = Math.max(1, Math.round(box.y + box.height) - y)
  return { source, size, visible: { x, y, width, height }, content: full }
}

/**
 * The part of the source, in source pixels, that exactly fills `content`: `visible` before it was rounded.
 *
 * Prepared coordinates (x, y) inside `content` lie at `box.x + (x - content.x) * box.width / content.width` in the source,
 * and so on; pixel i spans i to i + 1.
 */
export function sourceBox({ source, size, visible }: Frame): Box {
  const isCropped = visible.width < source.width || visible.height < source.height
  return isCropped ? croppedBox(source, size) : visible
}

/** `crop`: the size of the scaled image, and which of its pixels are kept. */
export function cropWindow(source: Size, size: Size): { readonly scaled: Size; readonly window: Rect } {
  const isWide = source.width * size.height >= source.height * size.width
  const scaled = isWide
    ? { width: Math.floor((source.width * size.height) / source.height), height: size.height }
    : { width: size.width, height: Math.floor((source.height * size.width) / source.width) }
  const x = roundHalfEven((scaled.width - size.width) / 2)
  const y = roundHalfEven((scaled.height - size.height) / 2)
  return { scaled, window: { x, y, width: size.width, height: size.height } }
}

function croppedBox(source: Size, size: Size): Box {
  const { scaled, window } = cropWindow(source, size)
  const across = source.width / scaled.width
  const down = source.height / scaled.height
  return {
    x: window.x * across,
    y: window.y * down,
    width: size.width * across,
    height: size.height * down,
  }
}

function paddedContent(source: Size, size: Size): Rect {
  const scale = Math.min(size.width / source.width, size.height / source.height)
  const side = (length: number, limit: number): number =>
    Math.min(limit, Math.max(1, Math.round(length * scale)))
  const width = side(source.width, size.width)
  const height = side(source.height, size.height)
  const x = (size.width - width) >> 1
  const y = (size.height - height) >> 1
  return { x, y, width, height }
}

/** Python's `round`, by which torchvision centres. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value)
  return value - below === 0.5 ? below + (below % 2) : Math.round(value)
}
