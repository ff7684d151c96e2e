/**
 * Weights as timm names them, under the names torchvision gives the same layers.
 *
 * The MobileNetV2 and EfficientNet files of the Hugging Face hub are timm's; our architectures ask for torchvision's
 * names. Both describe the same layers in the same order, so only names change. ResNets are named alike in both.
 * Source: github.com/huggingface/pytorch-image-models, timm/models/_efficientnet_blocks.py (DepthwiseSeparableConv,
 * InvertedResidual), and github.com/pytorch/vision, torchvision/models/mobilenetv2.py and efficientnet.py.
 */
import type { WeightTensors } from './weight-tensors.ts'

/** Layers of a block in stage 0 (no expansion) and in the others, in timm's names; the values are torchvision's. */
interface BlockNames {
  readonly separable: Readonly<Record<string, string>>
  readonly inverted: Readonly<Record<string, string>>
}

const mobilenetBlocks: BlockNames = {
  separable: { conv_dw: '0.0', bn1: '0.1', conv_pw: '1', bn2: '2' },
  inverted: { conv_pw: '0.0', bn1: '0.1', conv_dw: '1.0', bn2: '1.1', conv_pwl: '2', bn3: '3' },
}

const efficientnetBlocks: BlockNames = {
  separable: {
    conv_dw: '0.0',
    bn1: '0.1',
    'se.conv_reduce': '1.fc1',
    'se.conv_expand': '1.fc2',
    conv_pw: '2.0',
    bn2: '2.1',
  },
  inverted: {
    conv_pw: '0.0',
    bn1: '0.1',
    conv_dw: '1.0',
    bn2: '1.1',
    'se.conv_reduce': '2.fc1',
    'se.conv_expand': '2.fc2',
    conv_pwl: '3.0',
    bn3: '3.1',
  },
}

/**
 * @param id - Backbone the weights are for.
 * @param metadata - Added to the file's own, which win: what timm does not write down, such as the padding.
 * @returns `weights` itself unless it is a timm file of a MobileNetV2 or an EfficientNet.
 */
export function withTorchvisionNames(
  id: string,
  weights: WeightTensors,
  metadata: Readonly<Record<string, string>>,
): WeightTensors {
  if (!weights.has('conv_stem.weight')) return weights
  const names = weights.names()
  const translate = id.startsWith('efficientnet') ? efficientnetName : mobilenetName(names)
  const timmNames = new Map(names.map((name) => [translate(name), name]))
  return {
    path: weights.path,
    metadata: { ...metadata, ...weights.metadata },
    names: () => [...timmNames.keys()],
    has: (name) => timmNames.has(name),
    shape: (name) => weights.shape(timmNames.get(name) ?? name),
    tensor: (name, expectedShape) => weights.tensor(timmNames.get(name) ?? name, expectedShape),
  }
}

const blockPattern = /^blocks\.(\d+)\.(\d+)\.(.+)\.(\w+)$/

/** `features.K.conv.…`, K counting blocks through all stages from 1; the last convolution is `features.18`. */
function mobilenetName(names: readonly string[]): (name: string) => string {
  const blocks = new Set(
    names.map((name) => /^blocks\.\d+\.\d+/.exec(name)?.[0]).filter((block) => block !== undefined),
  )
  const order = new Map([...blocks].sort(byNumbers).map((block, i) => [block, i + 1]))
  return (name) => {
    const [, stage, block, layer = '', part] = blockPattern.exec(name) ?? []
    const inner = layerName(mobilenetBlocks, stage, layer)
    if (inner === undefined) return outerName(name, order.size + 1)
    return `features.${order.get(`blocks.${stage}.${block}`)}.conv.${inner}.${part}`
  }
}

/** `features.S.B.block.…`, S counting stages from 1. */
function efficientnetName(name: string): string {
  const [, stage, block, layer = '', part] = blockPattern.exec(name) ?? []
  const inner = layerName(efficientnetBlocks, stage, layer)
  if (inner === undefined) return outerName(name, 8)
  return `features.${Number(stage) + 1}.${block}.block.${inner}.${part}`
}

const layerName = (blocks: BlockNames, stage: string | undefined, layer: string): string | undefined =>
  (stage === '0' ? blocks.separable : blocks.inverted)[layer]

/** Names outside the blocks: stem, head, classifier. */
function outerName(name: string, head: number): string {
  return name
    .replace(/^conv_stem\./, 'features.0.0.')
    .replace(/^bn1\./, 'features.0.1.')
    .replace(/^conv_head\./, `features.${head}.0.`)
    .replace(/^bn2\./, `features.${head}.1.`)
    .replace(/^classifier\./, 'classifier.1.')
}

function byNumbers(a: string, b: string): number {
  const [, aStage = 0, aBlock = 0] = a.split('.').map(Number)
  const [, bStage = 0, bBlock = 0] = b.split('.').map(Number)
  return aStage - bStage || aBlock - bBlock
}
