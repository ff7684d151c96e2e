/**
 * Pretrained backbones that can be had: where from, under which licence, and by which hash they are recognised.
 *
 * A hash is listed only where a public record of the exact file states it; `docs/weights.md` names the records. Where
 * none was found it is null: `pull` then records the hash of the first download beside the file, and says so.
 */
import { UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'

export interface WeightsEntry {
  /** Name of the backbone; its weights are looked for as `<name>.safetensors`. */
  readonly name: string
  readonly title: string
  /** SPDX identifier. */
  readonly licence: string
  /** Page that describes the file. */
  readonly source: string
  /** Direct link, pinned to a revision where one is known. */
  readonly url: string
  /** Lower-case hexadecimal; null where no record of it was found. */
  readonly sha256: string | null
  readonly bytes: number | null
  /** What the file's own metadata leave out and the network must know. */
  readonly metadata: Readonly<Record<string, string>>
  /** Other files recognised under the same name. */
  readonly variants: readonly WeightsVariant[]
}

export interface WeightsVariant {
  readonly sha256: string
  readonly licence: string
  readonly source: string
}

/** The backbone whose weights are part of the program: what looks where nobody pulled others. */
export const shippedBackbone = 'plumb-s'

/** The backbone that needs no file at all: its numbers are in the code. */
export const embeddedBackbone = 'filterbank'

const hub = 'https://huggingface.co/timm'

/** In the order in which they are taken when no backbone is named (`docs/weights.md` says why). */
export const weightsRegistry: readonly WeightsEntry[] = [
  {
    name: 'wide_resnet50_2',
    title: 'Wide ResNet-50-2, ImageNet-1k (torchvision V1)',
    licence: 'BSD-3-Clause',
    source: `${hub}/wide_resnet50_2.tv_in1k`,
    url: `${hub}/wide_resnet50_2.tv_in1k/resolve/343c5fa59ca8a131e0cdf42144a641b36a0387c2/model.safetensors`,
    sha256: 'df6fb6c4824769769de18e14088475fd6ee94236849aa4e5d8022ba9d9a9a16c',
    bytes: 275_835_296,
    metadata: {},
    variants: [],
  },
  {
    name: 'mobilenet_v2',
    title: 'MobileNetV2 1.0, ImageNet-1k',
    licence: 'Apache-2.0',
    source: `${hub}/mobilenetv2_100.ra_in1k`,
    url: `${hub}/mobilenetv2_100.ra_in1k/resolve/main/model.safetensors`,
    sha256: '55ea4fb3a96010b933710ebf44fc965b070d5cd054d3f35e44f2d1320b4a714e',
    bytes: null,
    metadata: {},
    variants: [
      {
        // tf2_mobilenet_v2_1.0_224_ptq.tflite, int8 weights dequantised, batch norm folded, padding of TensorFlow
        sha256: '63b4d12a74325d293f621ffd185d2cee00450b596d723869d2bfb74be1d7dc4a',
        licence: 'Apache-2.0',
        source: 'https://github.com/google-coral/test_data',
      },
    ],
  },
  {
    name: 'resnet18',
    title: 'ResNet-18, ImageNet-1k (torchvision V1)',
    licence: 'BSD-3-Clause',
    source: `${hub}/resnet18.tv_in1k`,
    url: `${hub}/resnet18.tv_in1k/resolve/bbd144b3e5565108aad885f145491d11bc6ce807/model.safetensors`,
    sha256: '694f673df6520a3158624e8a89af086f59923ee4cd7436fe5bc3bc71d295ad81',
    bytes: 46_807_446,
    metadata: {},
    variants: [],
  },
  {
    name: 'efficientnet_b0',
    title: 'EfficientNet-B0, ImageNet-1k',
    licence: 'Apache-2.0',
    source: `${hub}/efficientnet_b0.ra_in1k`,
    url: `${hub}/efficientnet_b0.ra_in1k/resolve/1b5383e5f79cc0f7fc067e372f8f26a5fa73f26a/model.safetensors`,
    sha256: 'd569899762ea9b1384ee07f4af64805cf8caa1c55f9253ebb1080dc40e87a2cd',
    bytes: 21_355_344,
    metadata: {},
    variants: [],
  },
  {
    name: 'efficientnet_b5',
    title: 'EfficientNet-B5, ImageNet-1k, AutoAugment (TensorFlow padding; the extractor of CS-Flow)',
    licence: 'Apache-2.0',
    source: `${hub}/tf_efficientnet_b5.aa_in1k`,
    url: `${hub}/tf_efficientnet_b5.aa_in1k/resolve/main/model.safetensors`,
    sha256: null,
    bytes: null,
    metadata: { padding: 'tf-same' },
    variants: [],
  },
  {
    name: 'dinov2_vits14',
    title: 'DINOv2 ViT-S/14, LVD-142M',
    licence: 'Apache-2.0',
    source: `${hub}/vit_small_patch14_dinov2.lvd142m`,
    url: `${hub}/vit_small_patch14_dinov2.lvd142m/resolve/main/model.safetensors`,
    sha256: null,
    bytes: null,
    metadata: {},
    variants: [],
  },
  {
    name: 'dinov2_vits14_reg4',
    title: 'DINOv2 ViT-S/14 with four registers, LVD-142M',
    licence: 'Apache-2.0',
    source: `${hub}/vit_small_patch14_reg4_dinov2.lvd142m`,
    url: `${hub}/vit_small_patch14_reg4_dinov2.lvd142m/resolve/main/model.safetensors`,
    sha256: null,
    bytes: null,
    metadata: {},
    variants: [],
  },
  {
    name: 'dinov2_vitb14',
    title: 'DINOv2 ViT-B/14, LVD-142M',
    licence: 'Apache-2.0',
    source: `${hub}/vit_base_patch14_dinov2.lvd142m`,
    url: `${hub}/vit_base_patch14_dinov2.lvd142m/resolve/main/model.safetensors`,
    sha256: null,
    bytes: null,
    metadata: {},
    variants: [],
  },
]

/** @throws {UsageError} No such backbone, or one that needs no download. */
export function weightsEntry(name: string): WeightsEntry {
  const entry = weightsRegistry.find((candidate) => candidate.name === name)
  if (entry !== undefined) return entry
  if (name === embeddedBackbone) throw new UsageError(`${name} is built in and needs no weights`)
  if (name === shippedBackbone) throw new UsageError(`${name} is part of the program and needs no download`)
  const names = weightsRegistry.map((candidate) => candidate.name)
  throw new UsageError(`no weights named ${name}; known are ${names.join(', ')}${didYouMean(name, names)}`)
}

/** Name of the file in a weights folder. */
export const weightsFileName = (name: string): string => `${name}.safetensors`

/** What a hash is known to be; undefined when the registry does not know it. */
export function findKnownFile(name: string, sha256: string): WeightsVariant | undefined {
  const entry = weightsRegistry.find((candidate) => candidate.name === name)
  if (entry === undefined) return undefined
  if (entry.sha256 === sha256) return { sha256, licence: entry.licence, source: entry.source }
  return entry.variants.find((variant) => variant.sha256 === sha256)
}
