/**
 * The two small networks that GLASS trains on frozen features: an adaptor (one linear layer) and a discriminator (hidden layers, each
 * linear, batch normalisation and a leaky rectifier; then linear without bias to one logit).
 *
 * Source: github.com/cqylunlun/GLASS, model.py, Projection and Discriminator. Its default is one hidden layer.
 */
import {
  add,
  type BatchNorm,
  batchNorm,
  div,
  exp,
  filled,
  gemm,
  leakyRelu,
  mul,
  neg,
  sub,
  type TensorData,
  type TensorType,
  tensor,
  type Value,
  withGradient,
} from '../../graph/index.ts'
import type { Random } from '../../math/random.ts'
import { mapNamed, type Named } from '../score-graph/score-graph.ts'

export interface NetworkShape {
  /** Width of the features, before and behind the adaptor. */
  readonly dims: number
  /** Width of the discriminator's hidden layers. */
  readonly hidden: number
  /** How many hidden layers there are, from 1. */
  readonly layers: number
  /** Whether there is an adaptor; without one, features are judged as they come. */
  readonly adaptor: boolean
}

/** Below 0 the rectifier keeps this share. */
const leakySlope = 0.2
/** Added to a variance, as torch.nn.BatchNorm1d does. */
export const epsilon = 1e-5

const float = (...shape: number[]): TensorType<'float32'> => ({ dtype: 'float32', shape })
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

/** Parameters of hidden layer `layer`, counted from 1. */
export const layerNames = (layer: number) =>
  ({
    weight: `hidden${layer}.weight`,
    bias: `hidden${layer}.bias`,
    scale: `norm${layer}.scale`,
    shift: `norm${layer}.shift`,
    mean: `norm${layer}.mean`,
    variance: `norm${layer}.variance`,
  }) as const

/** By name; weights are [outputs, inputs], as PyTorch has them. */
export function parameterTypes({
  dims,
  hidden,
  layers,
  adaptor,
}: NetworkShape): Named<TensorType<'float32'>> {
  const ofLayers = numbers(layers).flatMap((layer) => {
    const { weight, bias, scale, shift } = layerNames(layer)
    const inputs = layer === 1 ? dims : hidden
    return [
      [weight, float(hidden, inputs)],
      [bias, float(hidden)],
      [scale, float(hidden)],
      [shift, float(hidden)],
    ] as const
  })
  return {
    ...(adaptor && { 'adaptor.weight': float(dims, dims), 'adaptor.bias': float(dims) }),
    ...Object.fromEntries(ofLayers),
    'tail.weight': float(1, hidden),
  }
}

/** Running statistics of the normalisations, by name. */
export function bufferTypes({ hidden, layers }: NetworkShape): Named<TensorType<'float32'>> {
  return Object.fromEntries(
    numbers(layers).flatMap((layer) => {
      const { mean, variance } = layerNames(layer)
      return [
        [mean, float(hidden)],
        [variance, float(hidden)],
      ]
    }),
  )
}

/** Parameters and running statistics. */
export interface Networks {
  readonly parameters: Named<TensorData<'float32'>>
  readonly buffers: Named<TensorData<'float32'>>
}

/**
 * Fresh weights: normal with Xavier's spread, sqrt(2 / (inputs + outputs)); biases uniform in ±1/sqrt(inputs).
 *
 * Source: model.py, init_weight, which leaves biases as torch.nn.Linear draws them; Glorot and Bengio 2010.
 */
export function initialNetworks(shape: NetworkShape, random: Random): Networks {
  const types = parameterTypes(shape)
  const draw = (name: string, type: TensorType): TensorData<'float32'> => {
    const stream = random.fork(name)
    if (name.endsWith('.scale')) return filled('float32', type.shape, 1)
    if (name.endsWith('.shift')) return filled('float32', type.shape, 0)
    if (name.endsWith('.bias')) {
      const reach = 1 / Math.sqrt(types[name.replace('.bias', '.weight')]!.shape[1]!)
      return fill(type, () => (2 * stream.uniform() - 1) * reach)
    }
    const spread = Math.sqrt(2 / (type.shape[0]! + type.shape[1]!))
    return fill(type, () => stream.normal() * spread)
  }
  return {
    parameters: mapNamed(types, (type, name) => draw(name, type)),
    buffers: mapNamed(bufferTypes(shape), (type, name) =>
      filled('float32', type.shape, name.endsWith('.variance') ? 1 : 0),
    ),
  }
}

function fill({ shape }: TensorType, value: () => number): TensorData<'float32'> {
  const count = shape.reduce((a, b) => a * b, 1)
  return tensor(Float32Array.from({ length: count }, value), shape)
}

/** @param x - [rows, dims]. @returns [rows, dims]. */
export function adapt(x: Value, parameters: Named<Value>): Value {
  const { 'adaptor.weight': weight, 'adaptor.bias': c } = parameters
  return weight === undefined || c === undefined ? x : gemm(x, weight, { transB: true, c })
}

/** A hidden layer up to its normalisation. @param x - [rows, inputs]. @returns [rows, hidden]. */
export function linear(x: Value, layer: number, parameters: Named<Value>): Value {
  const { weight, bias } = layerNames(layer)
  return gemm(x, parameters[weight]!, { transB: true, c: parameters[bias]! })
}

/**
 * Logits of rows that are normalised together, from the first hidden layer's linear part on.
 *
 * @param x - [rows, hidden]. @returns [rows, 1], and the statistics of each normalisation.
 */
export function discriminate(
  x: Value,
  parameters: Named<Value>,
): { readonly logits: Value; readonly norms: readonly BatchNorm[] } {
  const norms: BatchNorm[] = []
  let inner = x
  for (let layer = 1; layerNames(layer).weight in parameters; layer++) {
    const { scale, shift } = layerNames(layer)
    const norm = batchNorm(
      layer === 1 ? x : linear(inner, layer, parameters),
      parameters[scale]!,
      parameters[shift]!,
    )
    norms.push(norm)
    inner = rectify(norm.y)
  }
  return { logits: tailOf(inner, parameters), norms }
}

export const rectify = (x: Value): Value => leakyRelu(x, leakySlope)

/** @param x - The last hidden layer's output, [rows, hidden]. @returns Logits, [rows, 1]. */
export const tailOf = (x: Value, parameters: Named<Value>): Value =>
  gemm(x, parameters['tail.weight']!, { transB: true })

/**
 * The logistic function, as exact near 0 as elsewhere: the runtime's own `Sigmoid` is off by 2e-8 there, of which the
 * logarithm in the losses makes much.
 */
export function probability(logit: Value): Value {
  const p = div(1, add(exp(neg(logit)), 1))
  return withGradient(p, [logit], (gradient) => [mul(gradient, mul(p, sub(1, p)))])
}
