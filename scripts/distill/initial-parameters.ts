/**
 * What the student starts from.
 *
 * Where the teacher is MobileNetV2, the student's blocks are its own with the least useful channels inside left out: those
 * are kept that weigh most in the block's result (length of the channel's column of the projection, times how much the
 * channel varies over crops), and the projection is fitted anew to give the teacher's result from the channels that are
 * left, by least squares. Everything else is random as He et al. 2015 have it, with biases of zero.
 */

import { type ConvolutionShape, convolution, foldedWeights } from '../../src/backbone/convolution.ts'
import { inputConvention } from '../../src/backbone/input-convention.ts'
import { mobilenetV2 } from '../../src/backbone/mobilenet-v2.ts'
import { normalise } from '../../src/backbone/network.ts'
import { type Bottleneck, bottlenecks, layers, weightShape } from '../../src/backbone/plumb-s.ts'
import type { WeightTensors } from '../../src/backbone/weight-tensors.ts'
import { clip, compute, elementCount, type TensorData, tensor, type Value } from '../../src/graph/index.ts'
import type { Random } from '../../src/math/random.ts'
import { solveSymmetric } from './solve-symmetric.ts'
import type { Teacher } from './teacher.ts'

export type Parameters = Record<string, TensorData>

export function randomParameters(random: Random): Parameters {
  const parameters: Parameters = {}
  for (const layer of layers) {
    const shape = weightShape(layer)
    const stream = random.fork(layer.name)
    const scale = Math.sqrt(2 / (elementCount(shape) / layer.outputs))
    const data = Float32Array.from({ length: elementCount(shape) }, () => scale * stream.normal())
    parameters[`${layer.name}.weight`] = tensor(data, shape)
    parameters[`${layer.name}.bias`] = tensor(new Float32Array(layer.outputs), [layer.outputs])
  }
  return parameters
}

/**
 * Puts the teacher's blocks in the place of random ones.
 *
 * @param pixels - Crops to judge channels by, uint8 [images, side, side, 3].
 */
export async function takeOverBlocksInPlace(
  parameters: Parameters,
  teacher: Teacher,
  pixels: Uint8Array,
  side: number,
): Promise<void> {
  const weights = teacher.weights!
  for (const block of bottlenecks) {
    const number = Number(block.expand.name.match(/\d+/)![0])
    const hidden = await insideBlock(weights, number, pixels, side)
    takeOver(parameters, weights, block, number, hidden)
  }
}

interface Hidden {
  /** [channels, count]: what the projection is given. */
  readonly data: Float32Array
  readonly channels: number
  readonly count: number
}

/** Activations of MobileNetV2's block after its depthwise convolution. */
async function insideBlock(
  weights: WeightTensors,
  number: number,
  pixels: Uint8Array,
  side: number,
): Promise<Hidden> {
  const images = pixels.length / (side * side * 3)
  const { padding, normalisation } = inputConvention(weights)
  const { inside: result } = await compute(
    'inside',
    { pixels: tensor(pixels, [images, side, side, 3]) },
    ({ pixels }) => {
      const x = normalise(pixels, normalisation)
      const stages = mobilenetV2.build(x, weights, padding, `features.${number - 1}`)
      const before = stages.get(`features.${number - 1}`)!
      const source = { weights, padding, epsilon: 1e-5, imageRows: side }
      const name = `features.${number}.conv`
      const { stride } = bottlenecks.find(({ expand }) => expand.name === `block${number}.expand`)!.depthwise
      const channels = 6 * before.shape[1]!
      const convolve = (x: Value, layer: number, shape: ConvolutionShape) =>
        clip(convolution(source, x, `${name}.${layer}.0`, `${name}.${layer}.1`, shape), { min: 0, max: 6 })
      const expanded = convolve(before, 0, { outputs: channels, kernel: 1 })
      return { inside: convolve(expanded, 1, { outputs: channels, kernel: 3, stride, groups: channels }) }
    },
    {},
  )
  const channels = result.shape[1]!
  const cells = result.shape[2]! * result.shape[3]!
  const data = new Float32Array(result.data.length)
  const found = result.data
  for (let image = 0; image < images; image++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = (image * channels + channel) * cells
      data.set(found.subarray(from, from + cells), channel * images * cells + image * cells)
    }
  }
  return { data, channels, count: images * cells }
}

function takeOver(
  parameters: Parameters,
  weights: WeightTensors,
  { expand, depthwise, project }: Bottleneck,
  number: number,
  hidden: Hidden,
): void {
  const { channels, count, data } = hidden
  const { inputs } = expand
  const { outputs } = project
  const read = (conv: string, norm: string, shape: readonly number[]) =>
    foldedWeights(
      { weights, epsilon: 1e-5 },
      `features.${number}.conv.${conv}`,
      `features.${number}.conv.${norm}`,
      shape,
    )
  const projected = read('2', '3', [outputs, channels, 1, 1])
  const projection = projected.weight
  const rowOf = (channel: number) => data.subarray(channel * count, (channel + 1) * count)
  const means = Float64Array.from({ length: channels }, (_, c) => mean(rowOf(c)))
  const importance = Array.from({ length: channels }, (_, c) => {
    let length = 0
    for (let o = 0; o < outputs; o++) length += projection[o * channels + c]! ** 2
    return length * product(rowOf(c), rowOf(c), means[c]!, means[c]!, count)
  })
  const kept = importance
    .map((value, channel) => ({ value, channel }))
    .sort((a, b) => b.value - a.value || a.channel - b.channel)
    .slice(0, expand.outputs)
    .map(({ channel }) => channel)
    .sort((a, b) => a - b)

  const rows = (values: Float32Array, length: number) =>
    Float32Array.from(
      kept.flatMap((channel) => [...values.subarray(channel * length, (channel + 1) * length)]),
    )
  const put = (name: string, values: Float32Array) => {
    parameters[name] = tensor(values, parameters[name]!.shape)
  }
  const expanded = read('0.0', '0.1', [channels, inputs, 1, 1])
  put(`${expand.name}.weight`, rows(expanded.weight, inputs))
  put(`${expand.name}.bias`, rows(expanded.bias, 1))
  const alone = read('1.0', '1.1', [channels, 1, 3, 3])
  put(`${depthwise.name}.weight`, rows(alone.weight, 9))
  put(`${depthwise.name}.bias`, rows(alone.bias, 1))

  // Covariances of the kept channels with each other and with all, then the projection that loses least.
  const n = kept.length
  const among = new Float64Array(n * n)
  const across = new Float64Array(n * channels)
  kept.forEach((channel, i) => {
    for (let other = 0; other < channels; other++) {
      across[i * channels + other] = product(
        rowOf(channel),
        rowOf(other),
        means[channel]!,
        means[other]!,
        count,
      )
    }
    kept.forEach((other, j) => {
      among[i * n + j] = across[i * channels + other]!
    })
  })
  const ridge = 1e-3 * (kept.reduce((sum, _, i) => sum + among[i * n + i]!, 0) / n)
  for (let i = 0; i < n; i++) among[i * n + i]! += ridge
  const right = new Float64Array(n * outputs)
  for (let i = 0; i < n; i++) {
    for (let o = 0; o < outputs; o++) {
      let sum = 0
      for (let c = 0; c < channels; c++) sum += across[i * channels + c]! * projection[o * channels + c]!
      right[i * outputs + o] = sum
    }
  }
  const fitted = solveSymmetric(among, n, right, outputs)
  const bias = Float32Array.from(projected.bias, (value, o) => {
    let sum = value
    for (let c = 0; c < channels; c++) sum += projection[o * channels + c]! * means[c]!
    kept.forEach((channel, i) => {
      sum -= fitted[i * outputs + o]! * means[channel]!
    })
    return sum
  })
  const weight = Float32Array.from(
    { length: outputs * n },
    (_, at) => fitted[(at % n) * outputs + Math.floor(at / n)]!,
  )
  put(`${project.name}.weight`, weight)
  put(`${project.name}.bias`, bias)
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Covariance. */
function product(a: Float32Array, b: Float32Array, meanA: number, meanB: number, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += a[i]! * b[i]!
  return sum / count - meanA * meanB
}
