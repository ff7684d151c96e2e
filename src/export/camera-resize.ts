/**
 * A camera's picture brought to the model's input inside a graph: resized, and its border repeated into the padding, to the very bytes
 * of `image/prepare-image.ts`. Gathers of short stretches, small products and sums; no `Resize`, which differs between runtimes.
 *
 * Columns first, then rows, with whole bytes between, as Pillow does.
 */
import {
  add,
  cast,
  clip,
  concat,
  dynamicExtent,
  floor,
  int64s,
  isDynamic,
  matmul,
  mul,
  reshape,
  reshapeTo,
  slice,
  sliceAt,
  split,
  transpose,
  type Value,
} from '../graph/index.ts'
import { fitFrame } from '../image/frame.ts'
import type { Fit, Size } from '../image/image.ts'
import { type CameraFrame, cameraFrame } from './camera-frame.ts'
import { lowBits, type ResizeWeights, resizeWeights } from './resize-weights.ts'

/** Outputs to a block: fewer make products too narrow, more read too much that has no weight. */
const [colsTogether, rowsTogether] = [8, 16]

/** The size of the camera's picture: its extents, which may be dynamic, and as values. */
export interface CameraSize {
  readonly height: number
  readonly width: number
  /** float64 [1] each. */
  readonly heightValue: Value<'float64'>
  readonly widthValue: Value<'float64'>
}

export interface ResizedPicture {
  /** Whole numbers 0..255, float32 [images, rows, cols, 3] of the model's input. */
  readonly pixels: Value
  readonly frame: CameraFrame
}

/**
 * @param image - uint8 [images, height, width, channels]; RGB, or one channel, which is then repeated.
 */
export function resizePicture(
  image: Value<'uint8'>,
  camera: CameraSize,
  channels: 1 | 3,
  size: Size,
  fit: Fit,
): ResizedPicture {
  const frame = cameraFrame(camera.heightValue, camera.widthValue, size, fit)
  const isKnown = !isDynamic(camera.height) && !isDynamic(camera.width)
  const known = isKnown ? scaledOf(camera, size, fit) : null
  const cols = resizeWeights(frame.cols, {
    total: size.width,
    outputs: colsTogether,
    from: isKnown ? camera.width : null,
    scaled: known?.width ?? null,
    name: 'columns',
  })
  const rows = resizeWeights(frame.rows, {
    total: size.height,
    outputs: rowsTogether,
    from: isKnown ? camera.height : null,
    scaled: known?.height ?? null,
    name: 'lines',
  })
  const narrow = resizeColumns(image, camera, channels, cols, size.width)
  const resized = resizeRows(narrow, rows, size.height)
  const images = image.shape[0]!
  const planes = reshape(resized, [images, size.height, size.width, channels])
  return { pixels: channels === 3 ? planes : concat([planes, planes, planes], 3), frame }
}

function scaledOf(camera: Size, size: Size, fit: Fit): Size {
  if (fit === 'pad') return fitFrame(camera, size, fit).content
  if (fit === 'stretch') return size
  const isWide = camera.width * size.height >= camera.height * size.width
  return isWide
    ? { width: Math.floor((camera.width * size.height) / camera.height), height: size.height }
    : { width: size.width, height: Math.floor((camera.height * size.width) / camera.width) }
}

/** @returns Whole bytes as float32 [images, height, total * channels]. */
function resizeColumns(
  image: Value<'uint8'>,
  camera: CameraSize,
  channels: number,
  { span, extent, starts, parts }: ResizeWeights,
  total: number,
): Value {
  const { graph } = image
  const lines = linesOf(image, camera, channels)
  const outputs = parts.shape[3]!
  const read = isDynamic(extent) ? dynamicExtent(`columns*${channels}`) : extent * channels
  const ends = add(starts, span)
  // Each channel is read by itself: [blocks, extent, channels, 2 * outputs * channels], zero but for its own.
  const own = graph.constant(identity(channels), [1, 1, channels, 1, 1, channels])
  const blocks = parts.shape[0]!
  const apart = mul(reshape(parts, [blocks, extent, 1, 2, outputs, 1]), own)
  const width = 2 * outputs * channels
  const matrices = reshapeTo(apart, graph.constantOf(int64s([blocks, -1, width])), [blocks, read, width])
  const place = (values: Value<'float64'>, block: number): Value<'int64'> =>
    cast(mul(slice(values, { axis: 0, start: block, end: block + 1 }), channels), 'int64')
  const halves = Array.from({ length: blocks }, (_, block) => {
    const bytes = sliceAt(lines, 2, place(starts, block), place(ends, block), read)
    const matrix = reshape(slice(matrices, { axis: 0, start: block, end: block + 1 }), [read, width])
    return split(matmul(cast(bytes, 'float32'), matrix), 2, [width / 2, width / 2])
  })
  const joined = (part: number): Value => {
    const all = concat(
      halves.map((each) => each[part]!),
      2,
    )
    return blocks * outputs === total ? all : slice(all, { axis: 2, end: total * channels })
  }
  return toBytes(joined(0), joined(1))
}

/** @returns Whole bytes as float32 [images, total, line]. */
function resizeRows(narrow: Value, { span, extent, starts, parts }: ResizeWeights, total: number): Value {
  const [blocks, , , outputs] = parts.shape as [number, number, number, number]
  const ends = add(starts, span)
  const place = (values: Value<'float64'>, block: number): Value<'int64'> =>
    cast(slice(values, { axis: 0, start: block, end: block + 1 }), 'int64')
  const halves = Array.from({ length: blocks }, (_, block) => {
    const lines = sliceAt(narrow, 1, place(starts, block), place(ends, block), extent)
    const own = reshape(slice(parts, { axis: 0, start: block, end: block + 1 }), [extent, 2 * outputs])
    return split(matmul(transpose(own, [1, 0]), lines), 1, [outputs, outputs])
  })
  const joined = (part: number): Value => {
    const all = concat(
      halves.map((each) => each[part]!),
      1,
    )
    return blocks * outputs === total ? all : slice(all, { axis: 1, end: total })
  }
  return toBytes(joined(0), joined(1))
}

/** Lines of the picture as they lie in memory: uint8 [images, height, width * channels]. */
function linesOf(image: Value<'uint8'>, { height, width }: CameraSize, channels: number): Value<'uint8'> {
  const [images] = image.shape as [number]
  const line = isDynamic(width) ? dynamicExtent(`W*${channels}`) : width * channels
  return reshapeTo(image, image.graph.constantOf(int64s([0, 0, -1])), [images, height, line])
}

function identity(n: number): Float32Array {
  const matrix = new Float32Array(n * n)
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1
  return matrix
}

/** Sums of the high and the low parts to the byte that is nearest, by whole numbers that float32 holds. */
function toBytes(high: Value, low: Value): Value {
  const carried = add(high, floor(mul(low, 2 ** -lowBits)))
  return clip(floor(add(mul(carried, 2 ** -lowBits), 0.5)), { max: 255 })
}
