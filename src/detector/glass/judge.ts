/**
 * The trained networks at work: patches in, scores out.
 *
 * Without training there is no batch to normalise by, so adaptor, first hidden layer and normalisation are one linear map, which
 * is multiplied out once, as each further layer is with its normalisation: at the reference's size 0.4 of the arithmetic.
 */
import {
  add,
  compile,
  compute,
  div,
  gemm,
  mul,
  reshape,
  type SessionOptions,
  softplus,
  sqrt,
  sub,
  type TensorData,
  type Value,
} from '../../graph/index.ts'
import { mapNamed, type Named } from '../score-graph/score-graph.ts'
import {
  epsilon,
  layerNames,
  linear,
  type NetworkShape,
  type Networks,
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
  const compiled = await compile(
    'glass-judge',
    { patches: { dtype: 'float32', shape: [rows, shape.dims] } },
    ({ patches }, graph) => {
      const constants = mapNamed(maps, ({ data, shape: own }) => graph.constant(data, own))
      return { scores: judgeRows(patches, shape, scale, constants) }
    },
    machine,
  )
  return {
    judge: async (patches) => (await compiled.runRows({ patches })).scores.data,
    close: () => compiled.close(),
  }
}

/**
 * @param patches - float32 [rows, dims]. @param networks - Of {@link multiplyOut}.
 * @returns One score a row, [rows, 1].
 */
export function judgeRows(patches: Value, shape: NetworkShape, scale: Scale, networks: Named<Value>): Value {
  let x = patches
  for (let layer = 1; layer <= shape.layers; layer++) x = rectify(linear(x, layer, networks))
  const logits = tailOf(x, networks)
  return scale === 'surprisal' ? softplus(logits) : probability(logits)
}

/** Weight and bias of each layer with its normalisation by running statistics in it, the first with the adaptor as well. */
export async function multiplyOut(
  { parameters, buffers }: Networks,
  shape: NetworkShape,
  machine: SessionOptions,
): Promise<Named<TensorData<'float32'>>> {
  const results = await compute(
    'glass-multiply-out',
    { ...parameters, ...buffers },
    (value) => {
      const multiplied: Record<string, Value> = {}
      for (let layer = 1; layer <= shape.layers; layer++) {
        const { weight, bias, scale, shift, mean, variance } = layerNames(layer)
        const factor = div(value[scale]!, sqrt(add(value[variance]!, epsilon)))
        let [inner, offset] = [value[weight]!, value[bias]!]
        if (layer === 1 && shape.adaptor) {
          offset = add(offset, rowTimes(value['adaptor.bias']!, inner))
          inner = gemm(inner, value['adaptor.weight']!)
        }
        multiplied[`out/${weight}`] = mul(inner, reshape(factor, [shape.hidden, 1]))
        multiplied[`out/${bias}`] = add(mul(sub(offset, value[mean]!), factor), value[shift]!)
      }
      return multiplied
    },
    machine,
  )
  const named = Object.entries(results).map(([name, data]) => [name.slice(4), data] as const)
  return { ...Object.fromEntries(named), 'tail.weight': parameters['tail.weight']! }
}

/** A row [inputs] times a weight [outputs, inputs], as a row [outputs]. */
const rowTimes = (row: Value, weight: Value): Value =>
  reshape(gemm(reshape(row, [1, row.shape[0]!]), weight, { transB: true }), [weight.shape[0]!])
