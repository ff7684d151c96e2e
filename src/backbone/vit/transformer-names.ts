/**
 * Weights of vision transformers as the Hugging Face hub and the original repository name them, under timm's names.
 *
 * Source: github.com/huggingface/transformers, models/dinov2/modeling_dinov2.py and dinov2_with_registers;
 * github.com/facebookresearch/dinov2, dinov2/models/vision_transformer.py (timm's names but for the registers).
 */
import type { WeightTensors } from '../weight-tensors.ts'

const blockParts: Readonly<Record<string, string>> = {
  'attn.proj': 'attention.output.dense',
  'ls1.gamma': 'layer_scale1.lambda1',
  'ls2.gamma': 'layer_scale2.lambda1',
  'mlp.fc1': 'mlp.fc1',
  'mlp.fc2': 'mlp.fc2',
  norm1: 'norm1',
  norm2: 'norm2',
}

const outerNames: Readonly<Record<string, string>> = {
  cls_token: 'embeddings.cls_token',
  pos_embed: 'embeddings.position_embeddings',
  reg_token: 'embeddings.register_tokens',
  'patch_embed.proj.weight': 'embeddings.patch_embeddings.projection.weight',
  'patch_embed.proj.bias': 'embeddings.patch_embeddings.projection.bias',
  'norm.weight': 'layernorm.weight',
  'norm.bias': 'layernorm.bias',
}

/** @returns `weights` itself unless it is such a file. */
export function withTimmTransformerNames(weights: WeightTensors): WeightTensors {
  if (weights.has('embeddings.cls_token')) return renamed(weights, hubName, hubQueryKeyValue)
  if (weights.has('register_tokens') && weights.has('patch_embed.proj.weight')) {
    return renamed(weights, (name) => (name === 'reg_token' ? 'register_tokens' : name), null)
  }
  return weights
}

/** The parts that a file keeps apart and timm joins along the first axis; null where it is one tensor. */
type Parts = (name: string) => readonly string[] | null

function renamed(
  weights: WeightTensors,
  translate: (name: string) => string,
  parts: Parts | null,
): WeightTensors {
  const partsOf = (name: string) => parts?.(name) ?? null
  return {
    path: weights.path,
    metadata: weights.metadata,
    names: () => weights.names(),
    has: (name) => (partsOf(name) ?? [translate(name)]).every((each) => weights.has(each)),
    shape(name) {
      const apart = partsOf(name)
      if (apart === null) return weights.shape(translate(name))
      const shapes = apart.map((each) => weights.shape(each))
      return [shapes.reduce((sum, [first = 0]) => sum + first, 0), ...(shapes[0]?.slice(1) ?? [])]
    },
    tensor(name, expectedShape) {
      const apart = partsOf(name)
      if (apart === null) return weights.tensor(translate(name), expectedShape)
      const [first = 0, ...rest] = expectedShape
      const data = new Float32Array(expectedShape.reduce((product, extent) => product * extent, 1))
      for (const [i, each] of apart.entries()) {
        const part = weights.tensor(each, [first / apart.length, ...rest]).data
        data.set(part, i * part.length)
      }
      return { shape: [...expectedShape], data }
    },
  }
}

const blockPattern = /^blocks\.(\d+)\.(.+)$/

function hubName(name: string): string {
  const [, block, rest = ''] = blockPattern.exec(name) ?? []
  if (block === undefined) return outerNames[name] ?? name
  const part = Object.keys(blockParts).find((each) => rest === each || rest.startsWith(`${each}.`))
  return part === undefined ? name : `encoder.layer.${block}.${blockParts[part]}${rest.slice(part.length)}`
}

function hubQueryKeyValue(name: string): readonly string[] | null {
  const [, block, kind] = /^blocks\.(\d+)\.attn\.qkv\.(weight|bias)$/.exec(name) ?? []
  if (block === undefined) return null
  return ['query', 'key', 'value'].map((each) => `encoder.layer.${block}.attention.attention.${each}.${kind}`)
}
