/**
 * Convolution as a product of matrices: windows of maps as columns, and columns added back into maps.
 *
 * Maps are channel-major here, [channels, images, rows, cols], so that a product [outputs, inputs] x [inputs, positions]
 * takes all images at once. Both functions are linear and each is the other's adjoint.
 */
import { padAxis, spread } from './gradient-rule.ts'
import type { Value } from './graph.ts'
import { add } from './ops-elementwise.ts'
import { concat, reshape, slice, split } from './ops-shape.ts'
import { type Window, windowExtents } from './windows.ts'

/** What each tap of the kernel sees of the padded maps: first row and col. Row-major over the kernel. */
function tapsOf({ kernel, dilation }: Window): readonly (readonly [number, number])[] {
  return Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => [
    Math.floor(tap / kernel[1]) * dilation[0],
    (tap % kernel[1]) * dilation[1],
  ])
}

/**
 * @param x - [channels, images, rows, cols].
 * @param isTurned - Whether taps are listed last to first, which is the kernel turned by 180 degrees.
 * @returns [channels * taps, images * windows]: row (c, tap), as a weight [outputs, channels, rows, cols] is laid out.
 * Cost: taps times the memory of `x`.
 */
export function patches(x: Value, window: Window, isTurned = false): Value {
  const [channels, images, rows, cols] = x.shape as [number, number, number, number]
  const [outRows, outCols] = windowExtents('patches', [rows, cols], window)
  const { padding, stride } = window
  const padded = padAxis(padAxis(x, 2, padding[0], padding[2]), 3, padding[1], padding[3])
  const positions = images * outRows * outCols
  const taps = isTurned ? tapsOf(window).toReversed() : tapsOf(window)
  const columns = taps.map(([row, col]) => {
    const seen = slice(
      padded,
      { axis: 2, start: row, end: row + (outRows - 1) * stride[0] + 1, step: stride[0] },
      { axis: 3, start: col, end: col + (outCols - 1) * stride[1] + 1, step: stride[1] },
    )
    return reshape(seen, [channels, 1, positions])
  })
  return reshape(concat(columns, 1), [channels * columns.length, positions])
}

/**
 * @param columns - [channels * taps, images * windows], as `patches` gives them.
 * @returns [channels, images, rows, cols]: each entry the sum of all that read it.
 */
export function foldPatches(
  columns: Value,
  shape: readonly [channels: number, images: number, rows: number, cols: number],
  window: Window,
): Value {
  const [channels, images, rows, cols] = shape
  const [outRows, outCols] = windowExtents('foldPatches', [rows, cols], window)
  const { padding, stride } = window
  const [fullRows, fullCols] = [rows + padding[0] + padding[2], cols + padding[1] + padding[3]]
  const taps = tapsOf(window)
  const parts = split(
    reshape(columns, [channels, taps.length, images * outRows * outCols]),
    1,
    taps.map(() => 1),
  )
  const placed = parts.map((part, tap) => {
    const [row, col] = taps[tap]!
    const apart = spread(
      spread(reshape(part, [channels, images, outRows, outCols]), 2, stride[0]),
      3,
      stride[1],
    )
    const tall = padAxis(apart, 2, row, fullRows - row - apart.shape[2]!)
    return padAxis(tall, 3, col, fullCols - col - apart.shape[3]!)
  })
  const full = placed.reduce((sum, each) => add(sum, each))
  return padAxis(padAxis(full, 2, -padding[0], -padding[2]), 3, -padding[1], -padding[3])
}
