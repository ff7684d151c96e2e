/**
 * A graph whose convolutions compute in whole numbers of 8 bit, after ranges that were seen on pictures (static quantisation).
 *
 * Activations have 256 steps between the least and the largest value seen, 0 among them; weights of each output channel 255, to either
 * side of 128. Both are unsigned: of one that is signed and one that is not, processors without instructions for it add pairs of
 * products in 16 bits, which may overflow, and a model would give one thing here and another there. Biases are whole numbers of both
 * steps. Said in ONNX by QuantizeLinear and DequantizeLinear around convolutions, which runtimes fuse, and which give nearly the same
 * where they do not.
 *
 * Source: Jacob et al. 2018, arXiv 1712.05877, sections 2 and 3; onnxruntime.ai/docs/performance/model-optimizations/quantization.html.
 */
import { mustGet } from '../present.ts'
import type { AnyValue, GraphBuilder, Node, Value } from './graph.ts'
import { elementwiseOps } from './ops-elementwise.ts'
import { linearOps } from './ops-linear.ts'
import { dequantise, dequantiseEach, quantise, type Steps } from './ops-quantise.ts'
import { reduceMax, reduceMin } from './ops-reduce.ts'
import { type Call, callsOf, type Region, rewrite } from './rewrite.ts'
import { openSession, type SessionOptions } from './session.ts'
import { type TensorData, tensor } from './tensor.ts'

/** Weights are steps to either side of the middle of a byte. */
const [middle, mostWeight] = [128, 127]

export interface ValueRange {
  readonly low: number
  readonly high: number
}

/** Ranges of the values that are quantised, in the order of {@link quantised}. */
export type Ranges = readonly ValueRange[]

const isConvolution = ({ op, inputs: [, weight, bias] }: Call): boolean =>
  op === (linearOps.conv2d as unknown) &&
  weight?.node.kind === 'constant' &&
  (bias === undefined || bias.node.kind === 'constant')

const isSum = ({ op, inputs }: Call): boolean =>
  op === (elementwiseOps.add as unknown) && inputs.every(({ node }) => node.kind !== 'constant')

/** Inputs of a call that are quantised; none for most calls. */
const quantisedInputs = (call: Call): readonly AnyValue[] =>
  isConvolution(call) ? call.inputs.slice(0, 1) : isSum(call) ? call.inputs : []

/** What is told from another by node and result. */
function placesOf(values: Iterable<AnyValue>): {
  readonly list: readonly AnyValue[]
  find(value: AnyValue): number
} {
  const list: AnyValue[] = []
  const find = ({ node, result }: AnyValue) =>
    list.findIndex((each) => each.node === node && each.result === result)
  for (const value of values) if (find(value) < 0) list.push(value)
  return { list, find }
}

const quantised = (graph: GraphBuilder, region: Region) =>
  placesOf(
    [...callsOf(graph, region)].filter((call) => isConvolution(call) || isSum(call)).flatMap(quantisedInputs),
  )

/**
 * @param feeds - Inputs of the graph, one picture after the other.
 * @returns Least and largest of each quantised value over all pictures. @throws {RangeError} No picture.
 */
export async function observeRanges(
  graph: GraphBuilder,
  region: Region,
  feeds: AsyncIterable<Readonly<Record<string, TensorData>>>,
  machine: SessionOptions,
): Promise<Ranges> {
  const { list } = quantised(graph, region)
  const copies = new Map<Node, readonly AnyValue[]>()
  const watched = rewrite(graph, {
    outputs: region.to,
    call(node, inputs, copy) {
      const results = copy.apply(node.op, inputs, node.attributes)
      copies.set(node, results)
      return results
    },
  })
  for (const [i, { node, result, shape }] of list.entries()) {
    const value = mustGet(copies, node)[result] as Value
    const axes = [...shape.keys()]
    watched.output(`low.${i}`, reduceMin(value, axes))
    watched.output(`high.${i}`, reduceMax(value, axes))
  }
  const session = await openSession(watched.build(), machine)
  let ranges: Ranges | undefined
  try {
    for await (const fed of feeds) {
      const found = await session.run(fed)
      const at = (name: string) => Number(found[name]!.data[0])
      ranges = list.map((_, i) => ({
        low: Math.min(at(`low.${i}`), ranges?.[i]?.low ?? 0),
        high: Math.max(at(`high.${i}`), ranges?.[i]?.high ?? 0),
      }))
    }
  } finally {
    await session.close()
  }
  if (ranges === undefined) throw new RangeError('quantise: expected pictures to see ranges on, got none')
  return ranges
}

/** Of 256, with 0 among them. */
function stepsOf({ low, high }: ValueRange): Steps {
  const scale = Math.fround(Math.max(high - low, 1e-6) / 255)
  return { scale, zero: Math.min(255, Math.max(0, Math.round(-low / scale))) }
}

/**
 * @param ranges - Of {@link observeRanges}, of the same graph and region.
 * @param outputs - That are wanted.
 * @returns A new graph of the same inputs, whose region computes in whole numbers as far as it convolves.
 */
export function inWholeNumbers(
  graph: GraphBuilder,
  region: Region,
  ranges: Ranges,
  outputs: readonly string[],
): GraphBuilder {
  const inside = callsOf(graph, region)
  const places = quantised(graph, region)
  const known = new Map<number, Value>()
  /** The copy of a value, as the steps have it. */
  const stepped = (place: number, value: AnyValue): Value => {
    const steps = stepsOf(ranges[place]!)
    const found = known.get(place) ?? dequantise(quantise(value as Value, steps), steps)
    known.set(place, found)
    return found
  }
  return rewrite(graph, {
    outputs,
    call(node, inputs, copy) {
      const plain = () => copy.apply(node.op, inputs, node.attributes)
      if (!inside.has(node)) return plain()
      const at = (i: number) => places.find(node.inputs[i]!)
      if (isSum(node)) {
        return copy.apply(node.op, [stepped(at(0), inputs[0]!), stepped(at(1), inputs[1]!)], node.attributes)
      }
      if (!isConvolution(node)) return plain()
      const weight = constantOf(node.inputs[1]!)
      const bias = node.inputs[2] && constantOf(node.inputs[2])
      const { codes, scales } = wholeWeights(weight)
      const { scale } = stepsOf(ranges[at(0)]!)
      const parts = [
        stepped(at(0), inputs[0]!),
        dequantiseEach(copy.constantOf(codes), scales, middle),
        ...(bias === undefined ? [] : [wholeBias(copy, bias, scales, scale)]),
      ]
      return copy.apply(node.op, parts, node.attributes)
    },
  })
}

function constantOf({ node }: AnyValue): TensorData<'float32'> {
  if (node.kind !== 'constant') throw new Error('expected a constant')
  return node.data as TensorData<'float32'>
}

/** Each output channel in steps of its own. */
function wholeWeights({ data, shape }: TensorData<'float32'>): {
  readonly codes: TensorData<'uint8'>
  readonly scales: TensorData<'float32'>
} {
  const outputs = shape[0]!
  const each = data.length / outputs
  const codes = new Uint8Array(data.length)
  const scales = new Float32Array(outputs)
  for (let output = 0; output < outputs; output++) {
    const own = data.subarray(output * each, (output + 1) * each)
    const most = own.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
    scales[output] = Math.max(most, 1e-12) / mostWeight
    for (const [i, value] of own.entries())
      codes[output * each + i] = middle + Math.round(value / scales[output]!)
  }
  return { codes: tensor(codes, shape), scales: tensor(scales, [outputs]) }
}

function wholeBias(
  copy: GraphBuilder,
  { data }: TensorData<'float32'>,
  { data: weights }: TensorData<'float32'>,
  scale: number,
): Value {
  const scales = weights.map((weight) => weight * scale)
  const limit = 2 ** 30
  const codes = Int32Array.from(data, (value, i) =>
    Math.max(-limit, Math.min(limit, Math.round(value / scales[i]!))),
  )
  return dequantiseEach(copy.constant(codes, [codes.length]), tensor(scales, [scales.length]))
}
