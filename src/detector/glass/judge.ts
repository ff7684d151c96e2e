/**
 * The trained networks at work: patches in, scores out.
 *
 * Without training there is no batch to normalise by, so adaptor, hidden layer and normalisation are one linear map, which is
 * multiplied out once: two thirds less arithmetic than one after the other.
 */
import { GraphBuilder } from '../../graph/graph.ts'
import { add, div, mul, sqrt, sub } from '../../graph/ops-elementwise.ts'
import { gemm } from '../../graph/ops-linear.ts'
import { reshape } from '../../graph/ops-shape.ts'
import { openSession, type SessionOptions } from '../../graph/session.ts'
import { type TensorData, tensor } from '../../graph/tensor.ts'
import { type Buffers, epsilon, logits, type Parameters, probability } from './networks.ts'

/** What is trained. */
export interface Networks {
  readonly parameters: Parameters<TensorData>
  readonly buffers: Buffers<TensorData>
}

export interface Judge {
  /**
   * @param patches - float32, [rows, dims], any number of rows.
   * @returns One score a row: probabilities, or logits.
   */
  judge(patches: Float32Array): Promise<Float32Array>
  close(): Promise<void>
}

/** Rows of one run; a smaller rest is filled up. */
const mostRows = 1024

/** @param scale - Whether scores are probabilities, 0..1, or logits, which tell apart what is surely anomalous. */
export async function openJudge(
  networks: Networks,
  scale: 'probability' | 'logit',
  machine: SessionOptions,
  rows = mostRows,
): Promise<Judge> {
  const { weight, bias } = await multiplyOut(networks, machine)
  const dims = weight.shape[1]!
  const graph = new GraphBuilder('glass-judge')
  const constant = ({ data, shape }: TensorData) => graph.constant(data, shape)
  const patches = graph.input('patches', 'float32', [rows, dims])
  const normalised = gemm(patches, constant(weight), { transB: true, c: constant(bias) })
  const tail = constant(networks.parameters['tail.weight'])
  const logit = logits(normalised, { 'tail.weight': tail })
  graph.output('scores', scale === 'logit' ? logit : probability(logit))
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

/** Adaptor, hidden layer and normalisation by running statistics as one map: weight [hidden, dims], bias [hidden]. */
async function multiplyOut(
  { parameters, buffers }: Networks,
  machine: SessionOptions,
): Promise<{ readonly weight: TensorData; readonly bias: TensorData }> {
  const graph = new GraphBuilder('glass-multiply-out')
  const held: Readonly<Record<string, TensorData>> = { ...parameters, ...buffers }
  const value = (name: keyof Parameters<unknown> | keyof Buffers<unknown>) =>
    graph.inputs.get(name) ?? graph.input(name, 'float32', held[name]!.shape)
  const hidden = held['hidden.bias']!.shape[0]!
  const factor = div(value('norm.scale'), sqrt(add(value('norm.variance'), epsilon)))
  const weight = gemm(value('hidden.weight'), value('adaptor.weight'))
  const adapted = gemm(reshape(value('adaptor.bias'), [1, -1]), value('hidden.weight'), { transB: true })
  const centred = sub(add(reshape(adapted, [hidden]), value('hidden.bias')), value('norm.mean'))
  graph.output('weight', mul(weight, reshape(factor, [hidden, 1])))
  graph.output('bias', add(mul(centred, factor), value('norm.bias')))
  const session = await openSession(graph.build(), machine)
  try {
    const feeds = Object.fromEntries([...graph.inputs.keys()].map((name) => [name, held[name]!]))
    const results = await session.run(feeds)
    return { weight: results.weight!, bias: results.bias! }
  } finally {
    await session.close()
  }
}
