/**
 * Convolutions of channel-major maps, [channels, images, rows, cols], as one product of matrices for all images: the layout
 * to train wide networks in.
 *
 * The runtime's own convolution is as fast forwards. The way back is what this is for: with channels outermost and weights
 * laid out for it, all three products take their operands as they lie, while from [images, channels, rows, cols] maps and
 * weights are transposed first. Measured in docs/training-engine.md.
 */
import { ShapeError } from '../errors.ts'
import type { Value } from './graph.ts'
import { resizeSources, type Shares } from './interpolation.ts'
import { mixAxis } from './mix-axis.ts'
import { expectRank } from './op-checks.ts'
import { add } from './ops-elementwise.ts'
import { gemm } from './ops-linear.ts'
import { reshape, split, transpose } from './ops-shape.ts'
import { foldPatches, type MapShape, patches } from './patches.ts'
import { filterTransforms, inputTiles, joinTiles } from './row-transforms.ts'
import { type ToomCook, toomCook } from './toom-cook.ts'
import { type Pair, pairOf, type Sides, sidesOf, type Window, windowExtents } from './windows.ts'

export interface WindowsOptions {
  readonly stride?: Pair
  /** Zeros around the input. */
  readonly padding?: Sides
  readonly dilation?: Pair
  /** Whether every multiplication is done as written, for the last digits; default false. */
  readonly isPlain?: boolean
}

/** Result rows made from one set of products: 6 or 8 of them instead of 12 or 20, for 3 or 5 rows of the kernel. */
const rowTile = 4
const leastPositions = 512
const leastOutputs = 64

export interface TapsOptions {
  /** Whether every multiplication is done as written, for the last digits; default false. */
  readonly isPlain?: boolean
  /** Zeros around the input, fewer than the kernel has rows and cols. */
  readonly padding?: Sides
  /** Rows and cols to which the input is first resized, bilinearly; default as it is. */
  readonly resizeTo?: readonly [number, number]
}

/**
 * Convolution over windows laid out as columns: for where channels become more, or with strides.
 *
 * @param x - [channels, images, rows, cols].
 * @param weight - [outputs, channels, rows, cols], as `conv2d` takes it.
 * @returns [outputs, images, rows, cols].
 * Cost: as many times the memory of `x` as the kernel has taps, divided by the strides.
 */
export function convolveWindows(x: Value, weight: Value, options: WindowsOptions = {}): Value {
  const [outputs, depth, kernelRows, kernelCols] = checkShapes('convolveWindows', x, weight)
  if (depth !== x.shape[0]) {
    throw new ShapeError('convolveWindows: weight', `[outputs, ${x.shape[0]}, rows, cols]`, weight.shape)
  }
  const window: Window = {
    kernel: [kernelRows, kernelCols],
    stride: pairOf(options.stride ?? 1),
    padding: sidesOf(options.padding ?? 0),
    dilation: pairOf(options.dilation ?? 1),
  }
  const extents = windowExtents('convolveWindows', [x.shape[2]!, x.shape[3]!], window)
  const isDense = [...window.stride, ...window.dilation].every((step) => step === 1)
  const method = isDense && !options.isPlain ? rowMethod(x, kernelRows, outputs) : undefined
  if (method !== undefined) return windowsByTiles(x, weight, window, extents, method)
  const product = gemm(reshape(weight, [outputs, -1]), patches(x, window))
  return reshape(product, [outputs, x.shape[1]!, ...extents])
}

/**
 * Convolution that mixes channels first, for each tap of the kernel, and then moves and adds what each tap gives: for where
 * channels become fewer, with stride 1.
 *
 * Resizing commutes with the mixing of channels, so where the maps grow the product is over the small ones: a quarter of
 * the arithmetic when both sides double.
 *
 * @param x - [channels, images, rows, cols].
 * @param weight - [outputs, rows, cols, channels]: not as `conv2d` takes it.
 * @returns [outputs, images, rows, cols].
 * @throws {RangeError} Padding is not below the kernel's extent.
 * Cost: as many times the memory of the result as the kernel has taps.
 */
export function convolveTaps(x: Value, weight: Value, options: TapsOptions = {}): Value {
  const [outputs, kernelRows, kernelCols, depth] = checkShapes('convolveTaps', x, weight)
  const [channels, images, rows, cols] = x.shape as MapShape
  if (depth !== channels) {
    throw new ShapeError('convolveTaps: weight', `[outputs, rows, cols, ${channels}]`, weight.shape)
  }
  const method = options.isPlain || options.resizeTo ? undefined : rowMethod(x, kernelRows, outputs)
  if (method !== undefined) return tapsByTiles(x, weight, sidesOf(options.padding ?? 0), method)
  const taps = outputs * kernelRows * kernelCols
  const mixed = gemm(reshape(weight, [taps, channels]), reshape(x, [channels, -1]))
  const sides = sidesOf(options.padding ?? 0)
  if (options.resizeTo !== undefined) {
    const kernel = [kernelRows, kernelCols] as const
    return foldResized(mixed, [outputs, images, rows, cols], options.resizeTo, kernel, sides)
  }
  const [top, left, bottom, right] = sides
  const [lastRow, lastCol] = [kernelRows - 1, kernelCols - 1]
  // What a tap holds of position q belongs to q + padding - tap: windows of the turned kernel, read backwards.
  const turned: Window = {
    kernel: [kernelRows, kernelCols],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [lastRow - top, lastCol - left, lastRow - bottom, lastCol - right],
  }
  const shape = [outputs, images, rows + top + bottom - lastRow, cols + left + right - lastCol] as const
  return foldPatches(mixed, shape, turned, true)
}

/**
 * Resizes what each tap holds, moves it by the tap and adds it up: in one product for each tap along cols, then rows.
 *
 * @param mixed - [outputs * taps, images * rows * cols].
 * @param shape - Of the result but for its last two extents, which are those before resizing.
 */
function foldResized(
  mixed: Value,
  [outputs, images, rows, cols]: MapShape,
  [tall, wide]: readonly [number, number],
  [kernelRows, kernelCols]: readonly [number, number],
  [top, left, bottom, right]: readonly [number, number, number, number],
): Value {
  const [outRows, outCols] = [tall + top + bottom - kernelRows + 1, wide + left + right - kernelCols + 1]
  const alongCols = addTaps(reshape(mixed, [outputs * kernelRows, kernelCols, -1]), (part, tap) =>
    mixAxis(
      reshape(part, [outputs * kernelRows, images, rows, cols]),
      3,
      outCols,
      resizedShares(cols, wide, outCols, tap - left),
    ),
  )
  return addTaps(reshape(alongCols, [outputs, kernelRows, -1]), (part, tap) =>
    mixAxis(
      reshape(part, [outputs, images, rows, outCols]),
      2,
      outRows,
      resizedShares(rows, tall, outRows, tap - top),
    ),
  )
}

const addTaps = (x: Value, take: (part: Value, tap: number) => Value): Value =>
  split(x, 1, new Array(x.shape[1]!).fill(1))
    .map(take)
    .reduce((sum, each) => add(sum, each))

/** Where position i of `from` shows in a result that reads the `to` resized ones at its own position plus `shift`. */
function resizedShares(from: number, to: number, extent: number, shift: number): (i: number) => Shares {
  const sources = resizeSources('bilinear', from, to)
  const all = Array.from({ length: from }, () => [] as [number, number][])
  for (let position = 0; position < extent; position++) {
    const read = position + shift
    if (read < 0 || read >= to) continue
    for (const [source, weight] of sources(read)) all[source]!.push([position, weight])
  }
  return (i) => all[i]!
}

/** Convolution by fewer multiplications along rows: for each product of a tile a convolution along cols. */
function windowsByTiles(
  x: Value,
  weight: Value,
  { kernel: [kernelRows, kernelCols], padding: [top, left, , right] }: Window,
  [outRows, outCols]: readonly [number, number],
  method: ToomCook,
): Value {
  const [outputs, images] = [weight.shape[0]!, x.shape[1]!]
  const byRow = reshape(transpose(weight, [0, 2, 1, 3]), [outputs, kernelRows, -1])
  const filters = filterTransforms(byRow, method)
  const alongCols: Window = {
    kernel: [1, kernelCols],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [0, left, 0, right],
  }
  const products = inputTiles(x, method, outRows, top).map((tiles, i) =>
    reshape(gemm(filters[i]!, patches(tiles, alongCols)), [outputs, images, tiles.shape[2]!, outCols]),
  )
  return joinTiles(products, method, outRows)
}

/** The same over taps. */
function tapsByTiles(
  x: Value,
  weight: Value,
  [top, left, bottom, right]: readonly [number, number, number, number],
  method: ToomCook,
): Value {
  const [outputs, kernelRows, kernelCols, channels] = weight.shape as MapShape
  const [, images, rows, cols] = x.shape as MapShape
  const outRows = rows + top + bottom - kernelRows + 1
  const filters = filterTransforms(reshape(weight, [outputs, kernelRows, -1]), method)
  const products = inputTiles(x, method, outRows, top).map((tiles, i) => {
    const mixed = gemm(reshape(filters[i]!, [outputs * kernelCols, channels]), reshape(tiles, [channels, -1]))
    const turned: Window = {
      kernel: [1, kernelCols],
      stride: [1, 1],
      dilation: [1, 1],
      padding: [0, kernelCols - 1 - left, 0, kernelCols - 1 - right],
    }
    const shape = [outputs, images, tiles.shape[2]!, cols + left + right - kernelCols + 1] as const
    return foldPatches(mixed, shape, turned, true)
  })
  return joinTiles(products, method, outRows)
}

/**
 * How rows are taken, where that pays: measured, from some 500 positions on, since filters are transformed at each run, and
 * from 3 taps; the fewer outputs, the more the transforms of the input weigh.
 */
function rowMethod(x: Value, kernelRows: number, outputs: number): ToomCook | undefined {
  const positions = x.shape[1]! * x.shape[2]! * x.shape[3]!
  const pays =
    (kernelRows === 3 || kernelRows === 5) && positions >= leastPositions && outputs >= leastOutputs
  return pays ? toomCook(rowTile, kernelRows) : undefined
}

function checkShapes(where: string, x: Value, weight: Value): readonly [number, number, number, number] {
  expectRank(where, x, 4, '[channels, images, rows, cols]')
  expectRank(`${where}: weight`, weight, 4, 'of four axes')
  return weight.shape as readonly [number, number, number, number]
}
