/**
 * MobileNetV2, width 1, under torchvision's names.
 *
 * Source: Sandler et al. 2018, arXiv 1801.04381, table 2; github.com/pytorch/vision, torchvision/models/mobilenetv2.py.
 */
import { add, clip, type Value } from '../graph/index.ts'
import type { Architecture } from './architecture.ts'
import { type ConvolutionSource, convolution } from './convolution.ts'

/** Rows of the paper's table: expansion, channels, blocks, stride of the first block. */
const table = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const

interface Block {
  readonly stage: string
  readonly expansion: number
  readonly channels: number
  readonly stride: number
}

const blocks: readonly Block[] = table
  .flatMap(([expansion, channels, count, stride]) =>
    Array.from({ length: count }, (_, i) => ({ expansion, channels, stride: i === 0 ? stride : 1 })),
  )
  .map((block, i) => ({ stage: `features.${i + 1}`, ...block }))

const relu6 = (x: Value): Value => clip(x, { min: 0, max: 6 })

const stem = { outputs: 32, kernel: 3, stride: 2 }

/** Input pixels to a cell after the i-th block. */
const strideAfter = (i: number): number =>
  blocks.slice(0, i + 1).reduce((product, { stride }) => product * stride, stem.stride)

export const mobilenetV2: Architecture = {
  id: 'mobilenet_v2',
  stages: blocks.map(({ stage, channels }, i) => ({ name: stage, channels, stride: strideAfter(i) })),
  // Measured (docs/detectors/patchcore.md).
  patchDefaults: { stages: ['features.10', 'features.13'], stride: 16, neighbourhood: 3, unitLength: true },
  leastSide: 32,
  embedded: null,
  build(input, weights, padding, deepest) {
    const source = { weights, padding, epsilon: 1e-5, imageRows: input.shape[2]! }
    const stages = new Map<string, Value>()
    let x = relu6(convolution(source, input, 'features.0.0', 'features.0.1', stem))
    for (const block of blocks) {
      x = invertedResidual(source, x, block)
      stages.set(block.stage, x)
      if (block.stage === deepest) break
    }
    return stages
  },
}

/** Expand (except at expansion 1), convolve each channel, project; added to the input where shapes allow. */
function invertedResidual(source: ConvolutionSource, input: Value, block: Block): Value {
  const { stage, expansion, channels, stride } = block
  const inputs = input.shape[1]!
  const hidden = inputs * expansion
  const name = (layer: number | string) => `${stage}.conv.${layer}`
  let x = input
  let layer = 0
  if (expansion !== 1) {
    x = relu6(convolution(source, x, name('0.0'), name('0.1'), { outputs: hidden, kernel: 1 }))
    layer = 1
  }
  const depthwise = { outputs: hidden, kernel: 3, stride, groups: hidden }
  x = relu6(convolution(source, x, name(`${layer}.0`), name(`${layer}.1`), depthwise))
  x = convolution(source, x, name(layer + 1), name(layer + 2), { outputs: channels, kernel: 1 })
  return stride === 1 && inputs === channels ? add(input, x) : x
}
