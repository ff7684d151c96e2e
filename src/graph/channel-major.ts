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
import { expectRank } from './op-checks.ts'
import { resize } from './ops-image.ts'
import { gemm } from './ops-linear.ts'
import { reshape } from './ops-shape.ts'
import { foldPatches, type MapShape, patches } from './patches.ts'
import { type Pair, pairOf, type Sides, sidesOf, type Window, windowExtents } from './windows.ts'

export interface WindowsOptions {
  readonly stride?: Pair
  /** Zeros around the input. */
  readonly padding?: Sides
  readonly dilation?: Pair
}

export interface TapsOptions {
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
  const taps = outputs * kernelRows * kernelCols
  const mixed = gemm(reshape(weight, [taps, channels]), reshape(x, [channels, -1]))
  const [tall, wide] = options.resizeTo ?? [rows, cols]
  const isResized = tall !== rows || wide !== cols
  const seen = isResized ? resize(reshape(mixed, [taps, images, rows, cols]), tall, wide) : mixed
  // What a tap holds of position q belongs to q + padding - tap: windows of the turned kernel, read backwards.
  const [top, left, bottom, right] = sidesOf(options.padding ?? 0)
  const [lastRow, lastCol] = [kernelRows - 1, kernelCols - 1]
  const turned: Window = {
    kernel: [kernelRows, kernelCols],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [lastRow - top, lastCol - left, lastRow - bottom, lastCol - right],
  }
  const shape = [outputs, images, tall + top + bottom - lastRow, wide + left + right - lastCol] as const
  return foldPatches(reshape(seen, [taps, -1]), shape, turned, true)
}

function checkShapes(where: string, x: Value, weight: Value): readonly [number, number, number, number] {
  expectRank(where, x, 4, '[channels, images, rows, cols]')
  expectRank(`${where}: weight`, weight, 4, 'of four axes')
  return weight.shape as readonly [number, number, number, number]
}
