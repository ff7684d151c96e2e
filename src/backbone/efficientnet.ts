/**
 * EfficientNets under torchvision's names.
 *
 * Source: Tan and Le 2019, arXiv 1905.11946, table 1 and section 3.3;
 * github.com/pytorch/vision, torchvision/models/efficientnet.py.
 */
import { add, conv2d, globalAveragePool, mul, sigmoid, silu, type Value } from '../graph/index.ts'
import type { Architecture } from './architecture.ts'
import { type ConvolutionSource, convolution } from './convolution.ts'

/** Rows of the paper's table, for B0: expansion, kernel, stride of the first block, channels, blocks. */
const table = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const

interface EfficientnetShape {
  readonly id: string
  readonly widthFactor: number
  readonly depthFactor: number
  readonly epsilon: number
}

function efficientnet({ id, widthFactor, depthFactor, epsilon }: EfficientnetShape): Architecture {
  const stem = scaledChannels(32, widthFactor)
  const stages = table.map(([expansion, kernel, stride, channels, blocks], i) => ({
    name: `features.${i + 1}`,
    expansion,
    kernel,
    stride,
    channels: scaledChannels(channels, widthFactor),
    blocks: Math.ceil(blocks * depthFactor),
  }))
  const strideOf = (last: number) =>
    stages.slice(0, last + 1).reduce((product, { stride }) => product * stride, 2)
  return {
    id,
    stages: stages.map(({ name, channels }, i) => ({ name, channels, stride: strideOf(i) })),
    // By analogy with MobileNetV2, whose blocks end in a linear layer too; not measured.
    patchDefaults: { stages: ['features.4', 'features.5'], stride: 16, neighbourhood: 3, unitLength: true },
    leastSide: 32,
    embedded: null,
    build(input, weights, padding, deepest) {
      const source = { weights, padding, epsilon, imageRows: input.shape[2]! }
      const results = new Map<string, Value>()
      let x = silu(
        convolution(source, input, 'features.0.0', 'features.0.1', { outputs: stem, kernel: 3, stride: 2 }),
      )
      for (const stage of stages) {
        for (let i = 0; i < stage.blocks; i++) {
          x = block(source, x, `${stage.name}.${i}.block`, { ...stage, stride: i === 0 ? stage.stride : 1 })
        }
        results.set(stage.name, x)
        if (stage.name === deepest) break
      }
      return results
    },
  }
}

/** The multiple of 8 nearest to the product, and never more than a tenth below it. */
function scaledChannels(channels: number, factor: number): number {
  const wanted = channels * factor
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8)
  return rounded < 0.9 * wanted ? rounded + 8 : rounded
}

interface BlockShape {
  readonly expansion: number
  readonly kernel: number
  readonly stride: number
  readonly channels: number
}

/** MBConv: expand (except at expansion 1), convolve each channel, squeeze and excite, project. */
function block(source: ConvolutionSource, input: Value, name: string, shape: BlockShape): Value {
  const { expansion, kernel, stride, channels } = shape
  const inputs = input.shape[1]!
  const hidden = inputs * expansion
  let x = input
  let layer = 0
  const next = (from: Value, form: Parameters<typeof convolution>[4]) =>
    convolution(source, from, `${name}.${layer}.0`, `${name}.${layer++}.1`, form)
  if (expansion !== 1) x = silu(next(x, { outputs: hidden, kernel: 1 }))
  x = silu(next(x, { outputs: hidden, kernel, stride, groups: hidden }))
  x = squeezeExcite(source, x, `${name}.${layer++}`, Math.max(1, Math.floor(inputs / 4)))
  x = next(x, { outputs: channels, kernel: 1 })
  return stride === 1 && inputs === channels ? add(x, input) : x
}

/** Weighs the channels by what they hold on the whole. Source: Hu et al. 2017, arXiv 1709.01507. */
function squeezeExcite({ weights }: ConvolutionSource, x: Value, name: string, squeezed: number): Value {
  const channels = x.shape[1]!
  const dense = (from: Value, layer: string, outputs: number) => {
    const shape = [outputs, from.shape[1]!, 1, 1]
    const bias = weights.tensor(`${name}.${layer}.bias`, [outputs]).data
    return conv2d(from, x.graph.constant(weights.tensor(`${name}.${layer}.weight`, shape).data, shape), {
      bias: x.graph.constant(bias, [outputs]),
    })
  }
  const excitation = dense(silu(dense(globalAveragePool(x), 'fc1', squeezed)), 'fc2', channels)
  return mul(x, sigmoid(excitation))
}

export const efficientnetB0 = efficientnet({
  id: 'efficientnet_b0',
  widthFactor: 1,
  depthFactor: 1,
  epsilon: 1e-5,
})
export const efficientnetB5 = efficientnet({
  id: 'efficientnet_b5',
  widthFactor: 1.6,
  depthFactor: 2.2,
  epsilon: 1e-3,
})
