/**
 * Gradients of convolution, as products of matrices wherever channels are mixed.
 *
 * Measured (bench/convolution-gradients.bench.ts; docs/training-engine.md has the figures): one product over windows laid out
 * as columns is the fastest way or near it at every shape tried; a product for each tap takes up to 1.5 times, a convolution
 * with images and channels exchanged 2 to 3 times, the runtime's ConvTranspose up to 1.6 times as long. Columns are made of
 * the maps with fewer channels, since making them costs memory traffic: of the input, or of the gradient, whose columns then
 * serve both gradients.
 */
import { padAxis, spread } from './gradient-rule.ts'
import type { Value } from './graph.ts'
import { type Conv2dAttributes, conv2d, gemm, matmul } from './ops-linear.ts'
import { gather, reshape, transpose } from './ops-shape.ts'
import { foldPatches, patches } from './patches.ts'
import type { Window } from './windows.ts'

type Shape4 = readonly [number, number, number, number]

/** [images, channels, rows, cols] to [channels, images, rows, cols], or back. */
const exchange = (x: Value): Value => transpose(x, [1, 0, 2, 3])

const windowOf = (weight: Value, { stride, padding, dilation }: Conv2dAttributes): Window => ({
  kernel: [weight.shape[2]!, weight.shape[3]!],
  stride,
  padding,
  dilation,
})

/** With respect to input and weight. */
export function convolutionGradients(
  gradient: Value,
  x: Value,
  weight: Value,
  attributes: Conv2dAttributes,
): readonly [Value, Value] {
  const { stride, groups } = attributes
  const window = windowOf(weight, attributes)
  if (groups > 1) {
    return [
      groupedInputGradient(gradient, x, weight, window, groups),
      groupedWeightGradient(gradient, x, weight, window, groups),
    ]
  }
  const narrowsDown = weight.shape[0]! < x.shape[1]!
  return narrowsDown && stride[0] === 1 && stride[1] === 1
    ? overGradientColumns(gradient, x, weight, window)
    : overInputColumns(gradient, x, weight, window)
}

function overInputColumns(gradient: Value, x: Value, weight: Value, window: Window): readonly [Value, Value] {
  const outputs = weight.shape[0]!
  const [images, channels, rows, cols] = x.shape as Shape4
  const rightSide = reshape(exchange(gradient), [outputs, -1])
  const columns = gemm(reshape(weight, [outputs, -1]), rightSide, { transA: true })
  return [
    exchange(foldPatches(columns, [channels, images, rows, cols], window)),
    reshape(gemm(rightSide, patches(exchange(x), window), { transB: true }), weight.shape),
  ]
}

function overGradientColumns(
  gradient: Value,
  x: Value,
  weight: Value,
  window: Window,
): readonly [Value, Value] {
  const [outputs, , kernelRows, kernelCols] = weight.shape as Shape4
  const [images, channels, rows, cols] = x.shape as Shape4
  const taps = kernelRows * kernelCols
  const columns = gradientColumns(gradient, x, window)
  const tapFirst = transpose(reshape(weight, [outputs, channels, taps]), [0, 2, 1])
  const inputs = gemm(reshape(tapFirst, [outputs * taps, channels]), columns, { transA: true })
  const weights = gemm(columns, reshape(exchange(x), [channels, -1]), { transB: true })
  return [
    exchange(reshape(inputs, [channels, images, rows, cols])),
    reshape(transpose(reshape(weights, [outputs, taps, channels]), [0, 2, 1]), weight.shape),
  ]
}

/**
 * Row (output, tap) at position q holds what input q got through that tap, [outputs * taps, images * rows * cols]: the
 * gradient at q + padding - tap * dilation.
 */
function gradientColumns(gradient: Value, x: Value, window: Window): Value {
  const { kernel, dilation } = window
  const plain: Window = { kernel, dilation, stride: [1, 1], padding: [0, 0, 0, 0] }
  return patches(exchange(padToReach(gradient, x, window)), plain, true)
}

/** The gradient (of stride 1) such that a window of it is what one input reached. */
function padToReach(gradient: Value, x: Value, { kernel, dilation, padding }: Window): Value {
  return [0, 1].reduce((padded, axis) => {
    const before = (kernel[axis]! - 1) * dilation[axis]! - padding[axis]!
    const after = x.shape[2 + axis]! + padding[axis]! - gradient.shape[2 + axis]!
    return padAxis(padded, 2 + axis, before, after)
  }, gradient)
}

/** A convolution of the gradient, its strides filled with zeros, with the kernels turned and each group transposed. */
function groupedInputGradient(
  gradient: Value,
  x: Value,
  weight: Value,
  window: Window,
  groups: number,
): Value {
  const [outputs, depth, kernelRows, kernelCols] = weight.shape as Shape4
  const taps = kernelRows * kernelCols
  const backwards = weight.graph.constant(
    Int32Array.from({ length: taps }, (_, tap) => taps - 1 - tap),
    [taps],
  )
  const byGroup = transpose(reshape(weight, [groups, outputs / groups, depth, taps]), [0, 2, 1, 3])
  const turned = reshape(gather(byGroup, backwards, 3), [
    groups * depth,
    outputs / groups,
    kernelRows,
    kernelCols,
  ])
  const apart = spread(spread(gradient, 2, window.stride[0]), 3, window.stride[1])
  return conv2d(padToReach(apart, x, window), turned, { dilation: window.dilation, groups })
}

function groupedWeightGradient(
  gradient: Value,
  x: Value,
  weight: Value,
  window: Window,
  groups: number,
): Value {
  const [outputs, depth, kernelRows, kernelCols] = weight.shape as Shape4
  const columns = reshape(patches(exchange(x), window), [groups, depth * kernelRows * kernelCols, -1])
  const byGroup = reshape(exchange(gradient), [groups, outputs / groups, -1])
  return reshape(matmul(byGroup, transpose(columns, [0, 2, 1])), weight.shape)
}
