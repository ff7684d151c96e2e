/**
 * The two small networks that GLASS trains on frozen features: an adaptor (one linear layer) and a discriminator (linear, batch
 * normalisation, leaky rectifier, linear without bias).
 *
 * Source: github.com/cqylunlun/GLASS, model.py, Projection and Discriminator.
 */
import type { Value } from '../../graph/graph.ts'
import { add, div, exp, leakyRelu, mul, neg, sub } from '../../graph/ops-elementwise.ts'
import { withGradient } from '../../graph/ops-gradient.ts'
import { gemm } from '../../graph/ops-linear.ts'
import { filled, type TensorData, type TensorType, tensor } from '../../graph/tensor.ts'
import type { Random } from '../../math/random.ts'

export interface NetworkShape {
  /** Width of the features, before and behind the adaptor. */
  readonly dims: number
  /** Width of the discriminator's hidden layer. */
  readonly hidden: number
}

/** Below 0 the rectifier keeps this share. */
export const leakySlope = 0.2
/** Added to a variance, as torch.nn.BatchNorm1d does. */
export const epsilon = 1e-5

const float = (...shape: number[]): TensorType => ({ dtype: 'float32', shape })

/** Weights are [outputs, inputs], as PyTorch has them. */
export const parameterTypes = ({ dims, hidden }: NetworkShape) =>
  ({
    'adaptor.weight': float(dims, dims),
    'adaptor.bias': float(dims),
    'hidden.weight': float(hidden, dims),
    'hidden.bias': float(hidden),
    'norm.scale': float(hidden),
    'norm.bias': float(hidden),
    'tail.weight': float(1, hidden),
  }) as const satisfies Record<string, TensorType>

/** Running statistics of the batch normalisation. */
export const bufferTypes = ({ hidden }: NetworkShape) =>
  ({ 'norm.mean': float(hidden), 'norm.variance': float(hidden) }) as const satisfies Record<
    string,
    TensorType
  >

export type ParameterName = keyof ReturnType<typeof parameterTypes>
export type BufferName = keyof ReturnType<typeof bufferTypes>
export type Parameters<T> = Readonly<Record<ParameterName, T>>
export type Buffers<T> = Readonly<Record<BufferName, T>>

/**
 * Fresh weights: normal with Xavier's spread, sqrt(2 / (inputs + outputs)); biases uniform in ±1/sqrt(inputs).
 *
 * Source: model.py, init_weight, which leaves biases as torch.nn.Linear draws them. Glorot and Bengio 2010.
 */
export function initialNetworks(
  shape: NetworkShape,
  random: Random,
): { readonly parameters: Parameters<TensorData>; readonly buffers: Buffers<TensorData> } {
  const { dims, hidden } = shape
  const weight = (name: string, outputs: number, inputs: number): TensorData => {
    const stream = random.fork(name)
    const spread = Math.sqrt(2 / (inputs + outputs))
    return tensor(
      Float32Array.from({ length: outputs * inputs }, () => stream.normal() * spread),
      [outputs, inputs],
    )
  }
  const bias = (name: string, outputs: number, inputs: number): TensorData => {
    const stream = random.fork(name)
    const reach = 1 / Math.sqrt(inputs)
    return tensor(
      Float32Array.from({ length: outputs }, () => (2 * stream.uniform() - 1) * reach),
      [outputs],
    )
  }
  return {
    parameters: {
      'adaptor.weight': weight('adaptor.weight', dims, dims),
      'adaptor.bias': bias('adaptor.bias', dims, dims),
      'hidden.weight': weight('hidden.weight', hidden, dims),
      'hidden.bias': bias('hidden.bias', hidden, dims),
      'norm.scale': filled('float32', [hidden], 1),
      'norm.bias': filled('float32', [hidden], 0),
      'tail.weight': weight('tail.weight', 1, hidden),
    },
    buffers: {
      'norm.mean': filled('float32', [hidden], 0),
      'norm.variance': filled('float32', [hidden], 1),
    },
  }
}

/** @param x - [rows, dims]. @returns [rows, dims]. */
export const adapt = (x: Value, parameters: Parameters<Value>): Value =>
  gemm(x, parameters['adaptor.weight'], { transB: true, c: parameters['adaptor.bias'] })

/** The hidden layer up to its normalisation. @param x - [rows, dims]. @returns [rows, hidden]. */
export const hiddenLayer = (x: Value, parameters: Parameters<Value>): Value =>
  gemm(x, parameters['hidden.weight'], { transB: true, c: parameters['hidden.bias'] })

/** From the normalised hidden layer to logits. @param y - [rows, hidden]. @returns [rows, 1]. */
export const logits = (y: Value, parameters: Pick<Parameters<Value>, 'tail.weight'>): Value =>
  gemm(leakyRelu(y, leakySlope), parameters['tail.weight'], { transB: true })

/**
 * The logistic function, as exact near 0 as elsewhere: the runtime's own `Sigmoid` is off by 2e-8 there, of which the
 * logarithm in the losses makes much.
 */
export function probability(logit: Value): Value {
  const p = div(1, add(exp(neg(logit)), 1))
  return withGradient(p, [logit], (gradient) => [mul(gradient, mul(p, sub(1, p)))])
}
