/** The step all our networks are made of: a convolution, with the batch norm that follows it folded in. */
import { conv2d, type Value } from '../graph/index.ts'
import { type PaddingRule, paddingFor } from './input-convention.ts'
import type { WeightTensors } from './weight-tensors.ts'

export interface ConvolutionSource {
  readonly weights: WeightTensors
  readonly padding: PaddingRule
  /** Rows of the image that the network was given. */
  readonly imageRows: number
  /** Added to the variance in batch norms. */
  readonly epsilon: number
}

export interface ConvolutionShape {
  readonly outputs: number
  /** Side of the square window. */
  readonly kernel: number
  /** Default 1. */
  readonly stride?: number
  /** Default 1; `outputs` for a depthwise convolution. */
  readonly groups?: number
}

/**
 * A convolution named `conv` and the batch norm named `norm`, as one convolution with bias.
 *
 * Where the file has no tensors of the batch norm but a bias of the convolution, they were folded before.
 *
 * @throws {ModelError} A tensor is missing or has another shape.
 */
export function convolution(
  source: ConvolutionSource,
  x: Value,
  conv: string,
  norm: string,
  { outputs, kernel, stride = 1, groups = 1 }: ConvolutionShape,
): Value {
  const { padding, imageRows } = source
  const [, channels, rows, cols] = x.shape as [number, number, number, number]
  const shape = [outputs, channels / groups, kernel, kernel]
  const folded = foldedWeights(source, conv, norm, shape)
  return conv2d(x, x.graph.constant(folded.weight, shape), {
    bias: x.graph.constant(folded.bias, [outputs]),
    stride,
    padding: paddingFor(padding, [rows, cols], kernel, stride, Math.round(imageRows / rows)),
    groups,
  })
}

/** Weight [outputs, channels / groups, rows, cols] and bias [outputs] of a convolution with its batch norm folded in. */
export interface FoldedWeights {
  readonly weight: Float32Array
  readonly bias: Float32Array
}

/** @throws {ModelError} A tensor is missing or has another shape. */
export function foldedWeights(
  { weights, epsilon }: Pick<ConvolutionSource, 'weights' | 'epsilon'>,
  conv: string,
  norm: string,
  shape: readonly number[],
): FoldedWeights {
  const outputs = shape[0]!
  const weight = weights.tensor(`${conv}.weight`, shape).data
  return !weights.has(`${norm}.weight`) && weights.has(`${conv}.bias`)
    ? { weight, bias: weights.tensor(`${conv}.bias`, [outputs]).data }
    : foldBatchNorm(weight, readBatchNorm(weights, norm, outputs), epsilon)
}

export interface BatchNorm {
  readonly scale: Float32Array
  readonly shift: Float32Array
  readonly mean: Float32Array
  readonly variance: Float32Array
}

function readBatchNorm(weights: WeightTensors, name: string, channels: number): BatchNorm {
  const read = (part: string) => weights.tensor(`${name}.${part}`, [channels]).data
  return {
    scale: read('weight'),
    shift: read('bias'),
    mean: read('running_mean'),
    variance: read('running_var'),
  }
}

/**
 * The convolution that equals a convolution without bias followed by a batch norm in inference mode.
 *
 * @param weight - Row-major, output channels outermost.
 * @returns New arrays, computed in double precision and rounded once.
 * Source: Ioffe and Szegedy 2015, arXiv 1502.03167, algorithm 2.
 */
export function foldBatchNorm(
  weight: Float32Array,
  { scale, shift, mean, variance }: BatchNorm,
  epsilon: number,
): FoldedWeights {
  const outputs = scale.length
  const each = weight.length / outputs
  const folded = new Float32Array(weight.length)
  const bias = new Float32Array(outputs)
  for (let output = 0; output < outputs; output++) {
    const factor = scale[output]! / Math.sqrt(variance[output]! + epsilon)
    for (let i = output * each; i < (output + 1) * each; i++) folded[i] = weight[i]! * factor
    bias[output] = shift[output]! - mean[output]! * factor
  }
  return { weight: folded, bias }
}
