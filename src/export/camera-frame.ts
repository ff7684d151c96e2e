/**
 * Where a camera's picture lands in the model's input, worked out inside a graph from the picture's size: what `image/frame.ts` says
 * of a frame, with the same numbers, in double precision.
 */
import {
  add,
  cast,
  clip,
  concat,
  div,
  floor,
  greaterOrEqual,
  minimum,
  mul,
  reshape,
  round,
  sub,
  type Value,
} from '../graph/index.ts'
import type { Fit, Size } from '../image/image.ts'

type Wide = Value<'float64'>

/** One axis of the way from the camera's picture to the model's input; float64 [1] each. */
export interface AxisFit {
  /** Pixels of the camera. */
  readonly from: Wide
  /** Pixels to which the whole picture is resized. */
  readonly scaled: Wide
  /** Pixel of the resized picture that is the input's first; below 0 where padding comes first. */
  readonly offset: Wide
}

export interface CameraFrame {
  readonly rows: AxisFit
  readonly cols: AxisFit
  /** float64 [4]: left, top, width and height of the picture in the input. */
  readonly content: Wide
}

/** @param height - float64 [1], of the camera's picture. @param width - The same. */
export function cameraFrame(height: Wide, width: Wide, size: Size, fit: Fit): CameraFrame {
  const whole = (value: number): Wide => height.graph.constant(Float64Array.of(value), [1])
  const zero = whole(0)
  if (fit === 'crop') return croppedFrame(height, width, size, whole)
  const { across, down } =
    fit === 'stretch'
      ? { across: whole(size.width), down: whole(size.height) }
      : paddedContent(height, width, size)
  const left = floor(div(sub(size.width, across), 2))
  const top = floor(div(sub(size.height, down), 2))
  return {
    rows: { from: height, scaled: down, offset: sub(zero, top) },
    cols: { from: width, scaled: across, offset: sub(zero, left) },
    content: concat([left, top, across, down], 0),
  }
}

function paddedContent(
  height: Wide,
  width: Wide,
  size: Size,
): { readonly across: Wide; readonly down: Wide } {
  const scale = minimum(div(size.width, width), div(size.height, height))
  const side = (length: Wide, limit: number): Wide =>
    clip(floor(add(mul(length, scale), 0.5)), { min: 1, max: limit })
  return { across: side(width, size.width), down: side(height, size.height) }
}

function croppedFrame(height: Wide, width: Wide, size: Size, whole: (value: number) => Wide): CameraFrame {
  const isWide = cast(greaterOrEqual(mul(width, size.height), mul(height, size.width)), 'float64')
  const choose = (a: Wide, b: Wide): Wide => add(mul(isWide, a), mul(sub(1, isWide), b))
  const across = choose(floor(div(mul(width, size.height), height)), whole(size.width))
  const down = choose(whole(size.height), floor(div(mul(height, size.width), width)))
  const first = (scaled: Wide, length: number): Wide => round(div(sub(scaled, length), 2)) // halves to even, as Python does
  return {
    rows: { from: height, scaled: down, offset: first(down, size.height) },
    cols: { from: width, scaled: across, offset: first(across, size.width) },
    content: reshape(concat([whole(0), whole(0), whole(size.width), whole(size.height)], 0), [4]),
  }
}
