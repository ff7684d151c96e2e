/**
 * ResNets under torchvision's names, which are timm's as well.
 *
 * Source: He et al. 2015, arXiv 1512.03385, table 1; Zagoruyko and Komodakis 2016, arXiv 1605.07146 (wide);
 * github.com/pytorch/vision, torchvision/models/resnet.py (version 1.5: bottlenecks stride in their 3x3 convolution).
 */
import { add, maxPool, relu, type Value } from '../graph/index.ts'
import type { Architecture } from './architecture.ts'
import { type ConvolutionSource, convolution } from './convolution.ts'
import { paddingFor } from './input-convention.ts'

interface ResnetShape {
  readonly id: string
  /** Blocks in each of the four layers. */
  readonly blocks: readonly [number, number, number, number]
  /** Width of the 3x3 convolutions in layer 1; doubled from layer to layer. */
  readonly width: number
  /** Channels of layer 1 where its blocks are bottlenecks (1x1, 3x3, 1x1); null for basic blocks (3x3, 3x3). */
  readonly bottleneck: number | null
}

function resnet({ id, blocks, width, bottleneck }: ResnetShape): Architecture {
  const layers = blocks.map((count, i) => ({
    name: `layer${i + 1}`,
    count,
    width: width * 2 ** i,
    channels: (bottleneck ?? width) * 2 ** i,
    stride: i === 0 ? 1 : 2,
  }))
  return {
    id,
    stages: layers.map(({ name, channels }, i) => ({ name, channels, stride: 4 * 2 ** i })),
    // Roth et al. 2022, section 4.1: layers 2 and 3, at the finer one's stride.
    patchDefaults: { stages: ['layer2', 'layer3'], stride: 8, neighbourhood: 3, unitLength: false },
    leastSide: 32,
    embedded: null,
    build(input, weights, padding, deepest) {
      const source = { weights, padding, epsilon: 1e-5, imageRows: input.shape[2]! }
      const stages = new Map<string, Value>()
      let x = relu(convolution(source, input, 'conv1', 'bn1', { outputs: 64, kernel: 7, stride: 2 }))
      const [rows, cols] = x.shape.slice(2) as [number, number]
      x = maxPool(x, 3, { stride: 2, padding: paddingFor(padding, [rows, cols], 3, 2, 2) })
      for (const layer of layers) {
        for (let i = 0; i < layer.count; i++) {
          const stride = i === 0 ? layer.stride : 1
          x = block(source, x, `${layer.name}.${i}`, { ...layer, stride, isBottleneck: bottleneck !== null })
        }
        stages.set(layer.name, x)
        if (layer.name === deepest) break
      }
      return stages
    },
  }
}

interface BlockShape {
  readonly width: number
  readonly channels: number
  readonly stride: number
  readonly isBottleneck: boolean
}

function block(source: ConvolutionSource, input: Value, name: string, shape: BlockShape): Value {
  const { width, channels, stride, isBottleneck } = shape
  const layer = (x: Value, i: number, outputs: number, kernel: number, step = 1) =>
    convolution(source, x, `${name}.conv${i}`, `${name}.bn${i}`, { outputs, kernel, stride: step })
  let x: Value
  if (isBottleneck) {
    x = relu(layer(input, 1, width, 1))
    x = relu(layer(x, 2, width, 3, stride))
    x = layer(x, 3, channels, 1)
  } else {
    x = relu(layer(input, 1, width, 3, stride))
    x = layer(x, 2, channels, 3)
  }
  if (stride === 1 && input.shape[1] === channels) return relu(add(x, input))
  const [conv, norm] = [`${name}.downsample.0`, `${name}.downsample.1`]
  return relu(add(x, convolution(source, input, conv, norm, { outputs: channels, kernel: 1, stride })))
}

export const resnet18 = resnet({ id: 'resnet18', blocks: [2, 2, 2, 2], width: 64, bottleneck: null })
export const wideResnet50 = resnet({
  id: 'wide_resnet50_2',
  blocks: [3, 4, 6, 3],
  width: 128,
  bottleneck: 256,
})
