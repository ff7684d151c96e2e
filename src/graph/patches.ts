/**
 * Convolution as a product of matrices: windows of maps as columns, and columns added back into maps.
 *
 * Maps are channel-major here, [channels, images, rows, cols], so that a product [outputs, inputs] x [inputs, positions]
 * takes all images at once. Both functions are linear and each is the other's adjoint.
 */
import { padAxis } from './gradient-rule.ts'
import type { Value } from './graph.ts'
import { mixAxis } from './mix-axis.ts'
import { add } from './ops-elementwise.ts'
import { withGradient } from './ops-gradient.ts'
import { concat, reshape, slice, split } from './ops-shape.ts'
import { type Window, windowExtents } from './windows.ts'

export type MapShape = readonly [channels: number, images: number, rows: number, cols: number]

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
  const all = reshape(concat(columns, 1), [channels * columns.length, positions])
  return withGradient(all, [x], (gradient) => [
    foldPatches(gradient, [channels, images, rows, cols], window, isTurned),
  ])
}

/**
 * @param columns - [channels * taps, images * windows], as `patches` gives them.
 * @param isTurned - As for `patches`.
 * @returns [channels, images, rows, cols]: each entry the sum of all that read it.
 * Cost: two passes over `columns`.
 */
export function foldPatches(
  columns: Value,
  [channels, images, rows, cols]: MapShape,
  window: Window,
  isTurned = false,
): Value {
  const [kernelRows, kernelCols] = window.kernel
  const [outRows, outCols] = windowExtents('foldPatches', [rows, cols], window)
  const taps = kernelRows * kernelCols
  const parts = split(
    reshape(columns, [channels, taps, images * outRows * outCols]),
    1,
    new Array(taps).fill(1),
  ).map((part) => reshape(part, [channels, images, outRows, outCols]))
  const partAt = (tap: number) => parts[isTurned ? taps - 1 - tap : tap]!
  // Rows first: they are moved whole, and what is then moved by cols is fewer by the height of the kernel.
  const sumOf = (values: readonly Value[]) => values.reduce((sum, each) => add(sum, each))
  const folded = sumOf(
    Array.from({ length: kernelCols }, (_, col) => {
      const column = Array.from({ length: kernelRows }, (_, row) =>
        moveBack(partAt(row * kernelCols + col), 0, row, rows, window),
      )
      return moveBack(sumOf(column), 1, col, cols, window)
    }),
  )
  return withGradient(folded, [columns], (gradient) => [patches(gradient, window, isTurned)])
}

/** Puts what windows hold of one row or col of the kernel where they read it. */
function moveBack(x: Value, side: 0 | 1, tap: number, extent: number, window: Window): Value {
  const axis = 2 + side
  const [stride, first] = [window.stride[side], tap * window.dilation[side] - window.padding[side]]
  if (stride === 1) return padAxis(x, axis, first, extent - first - x.shape[axis]!)
  // Measured, for strides: nine times as fast as zeros put between and around.
  return mixAxis(x, axis, extent, (i) => {
    const position = first + i * stride
    return position >= 0 && position < extent ? [[position, 1]] : []
  })
}
