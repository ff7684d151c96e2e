/**
 * The trained networks at work: patches in, scores out.
 *
 * Without training there is no batch to normalise by, so adaptor, first hidden layer and normalisation are one linear map, which
 * is multiplied out once, as each further layer is with its normalisation: at the reference's size 0.4 of the arithmetic.
 */
import { GraphBuilder, type Value } from '../../graph/graph.ts'
import { add, div, mul, softplus, sqrt, sub } from '../../graph/ops-elementwise.ts'
import { gemm } from '../../graph/ops-linear.ts'
import { reshape } from '../../graph/ops-shape.ts'
import { openSession, type SessionOptions } from '../../graph/session.ts'
import { type TensorData, tensor } from '../../graph/tensor.ts'
import {
  bufferTypes,
  epsilon,
  layerNames,
  linear,
  mapValues,
  type Named,
  type NetworkShape,
  type Networks,
  parameterTypes,
  probability,
  rectify,
  tailOf,
} from './networks.ts'

export interface Judge {
  /**
   * @param patches - float32, [rows, dims], any number of rows.
   * @returns One score a row.
   */
  judge(patches: Float32Array): Promise<Float32Array>
  close(): Promise<void>
}

/** Rows of one run; a smaller rest is filled up. */
const mostRows = 1024

/**
 * `probability` of being anomalous, 0..1, as the reference scores; or `surprisal`: -ln of the probability of being nominal, from 0,
 * which tells apart what is surely anomalous, where probabilities are all 1.
 */
export type Scale = 'probability' | 'surprisal'

export async function openJudge(
  networks: Networks,
  shape: NetworkShape,
  scale: Scale,
  machine: SessionOptions,
  rows = mostRows,
): Promise<Judge> {
  const maps = await multiplyOut(networks, shape, machine)
  const { dims } = shape
  const graph = new GraphBuilder('glass-judge')
  const constants = mapValues(maps, ({ data, shape: own }) => graph.constant(data, own))
  let x = graph.input('patches', 'float32', [rows, dims])
  for (let layer = 1; layer <= shape.layers; layer++) x = rectify(linear(x, layer, constants))
  const logits = tailOf(x, constants)
  graph.output('scores', scale === 'surprisal' ? softplus(logits) : probability(logits))
  const session = await openSession(graph.build(), machine)
  return {
    async judge(all) {
      const total = all.length / dims
      const scores = new Float32Array(total)
      for (let start = 0; start < total; start += rows) {
        const part = all.subarray(start * dims, (start + rows) * dims)
        const isFull = part.length === rows * dims
        const data = isFull ? part : new Float32Array(rows * dims)
        if (!isFull) data.set(part)
        const result = await session.run({ patches: tensor(data, [rows, dims]) })
        scores.set((result.scores!.data as Float32Array).subarray(0, part.length / dims), start)
      }
      return scores
    },
    close: () => session.close(),
  }
}

/** Weight and bias of each layer with its normalisation by running statistics in it, the first with the adaptor as well. */
async function multiplyOut(
  { parameters, buffers }: Networks,
  shape: NetworkShape,
  machine: SessionOptions,
): Promise<Named<TensorData>> {
  const graph = new GraphBuilder('glass-multiply-out')
  const types = { ...parameterTypes(shape), ...bufferTypes(shape) }
  const value = mapValues(types, (type, name) => graph.input(name, type.dtype, type.shape))
  for (let layer = 1; layer <= shape.layers; layer++) {
    const { weight, bias, scale, shift, mean, variance } = layerNames(layer)
    const factor = div(value[scale]!, sqrt(add(value[variance]!, epsilon)))
    let [inner, offset] = [value[weight]!, value[bias]!]
    if (layer === 1 && shape.adaptor) {
      offset = add(offset, rowTimes(value['adaptor.bias']!, inner))
      inner = gemm(inner, value['adaptor.weight']!)
    }
    graph.output(`out/${weight}`, mul(inner, reshape(factor, [shape.hidden, 1])))
    graph.output(`out/${bias}`, add(mul(sub(offset, value[mean]!), factor), value[shift]!))
  }
  const session = await openSession(graph.build(), machine)
  try {
    const results = await session.run({ ...parameters, ...buffers })
    const named = Object.entries(results).map(([name, data]) => [name.slice(4), data] as const)
    return { ...Object.fromEntries(named), 'tail.weight': parameters['tail.weight']! }
  } finally {
    await session.close()
  }
}

/** A row [inputs] times a weight [outputs, inputs], as a row [outputs]. */
const rowTimes = (row: Value, weight: Value): Value =>
  reshape(gemm(reshape(row, [1, row.shape[0]!]), weight, { transB: true }), [weight.shape[0]!])
