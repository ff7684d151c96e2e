/**
 * Where a prepared image comes from: one affine map from its pixels to those of the source.
 *
 * Coordinates are continuous, pixel i spans i to i + 1. Cropping and padding are whole translations, so that pixels and
 * masks are copied, never resampled; only turning by an angle resamples.
 */
import type { Rect, Size } from '../image/image.ts'

export interface Placement {
  readonly source: Size
  /** Of the prepared image. */
  readonly size: Size
  /** Prepared (x, y) lies at (a x + b y + c, d x + e y + f) in the source. */
  readonly toSource: Affine
}

/** [a, b, c, d, e, f] */
export type Affine = readonly [number, number, number, number, number, number]

export interface Point {
  readonly x: number
  readonly y: number
}

/** The source as it is. */
export function wholePlacement({ width, height }: Size): Placement {
  return { source: { width, height }, size: { width, height }, toSource: [1, 0, 0, 0, 1, 0] }
}

/** The rectangle in the middle of the canvas, at its own size; an odd pixel of padding goes to the right and below. */
export function centredPlacement(source: Size, box: Rect, canvas: Size): Placement {
  const left = box.x - Math.floor((canvas.width - box.width) / 2)
  const top = box.y - Math.floor((canvas.height - box.height) / 2)
  return { source: sizeOf(source), size: sizeOf(canvas), toSource: [1, 0, left, 0, 1, top] }
}

/**
 * The whole source turned about a point, on a canvas that just holds it.
 *
 * @param angle - Radians; positive turns what is shown clockwise.
 */
export function turnedPlacement(source: Size, angle: number, about: Point): Placement {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const turned = (x: number, y: number): readonly [number, number] => {
    const dx = x - about.x
    const dy = y - about.y
    return [cos * dx - sin * dy, sin * dx + cos * dy]
  }
  const { width, height } = source
  const corners = [turned(0, 0), turned(width, 0), turned(0, height), turned(width, height)]
  const left = Math.min(...corners.map(([x]) => x))
  const top = Math.min(...corners.map(([, y]) => y))
  const across = Math.max(...corners.map(([x]) => x)) - left
  const down = Math.max(...corners.map(([, y]) => y)) - top
  return {
    source: sizeOf(source),
    size: { width: Math.ceil(across - epsilon), height: Math.ceil(down - epsilon) },
    toSource: [cos, sin, about.x + cos * left + sin * top, -sin, cos, about.y - sin * left + cos * top],
  }
}

/** Half a pixel's millionth: rounding of sines must not add a row. */
const epsilon = 1e-6

/** `second` places a part of what `first` prepared: the same part straight from the source. */
export function composePlacements(first: Placement, second: Placement): Placement {
  const [a, b, c, d, e, f] = first.toSource
  const [p, q, r, s, t, u] = second.toSource
  return {
    source: first.source,
    size: second.size,
    toSource: [
      a * p + b * s,
      a * q + b * t,
      a * r + b * u + c,
      d * p + e * s,
      d * q + e * t,
      d * r + e * u + f,
    ],
  }
}

/** The prepared image turned by half a turn; exact. */
export function halfTurned({ source, size, toSource: [a, b, c, d, e, f] }: Placement): Placement {
  const { width, height } = size
  return {
    source,
    size,
    toSource: [-a, -b, a * width + b * height + c, -d, -e, d * width + e * height + f],
  }
}

export function toSource({ toSource: [a, b, c, d, e, f] }: Placement, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f }
}

export function toPrepared({ toSource: [a, b, c, d, e, f] }: Placement, { x, y }: Point): Point {
  const determinant = a * e - b * d
  const dx = x - c
  const dy = y - f
  return { x: (e * dx - b * dy) / determinant, y: (a * dy - d * dx) / determinant }
}

/** Whether pixels are copied as they are: a translation by whole pixels. */
export function isTranslation({ toSource: [a, b, c, d, e, f] }: Placement): boolean {
  return a === 1 && b === 0 && d === 0 && e === 1 && Number.isInteger(c) && Number.isInteger(f)
}

const sizeOf = ({ width, height }: Size): Size => ({ width, height })
